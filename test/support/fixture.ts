/** Input files to test with, written in any layout, and the files that came of them, read for comparison. */
export { castRows } from './fixture-cast.js';
export { differenceOf } from './fixture-compare.js';
export type { Codec, Layout, StoredType } from './fixture-layout.js';
export { plainProvidersColumns, plainRatesColumns } from './fixture-layout.js';
export type { StoredTable } from './fixture-read.js';
export { readDataset, readRows, readTable } from './fixture-read.js';
export type { ServiceCodesStyle } from './fixture-service-codes.js';
export { printServiceCodes } from './fixture-service-codes.js';
export { writeRows } from './fixture-write.js';
