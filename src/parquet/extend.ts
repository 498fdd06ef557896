import { isDeepStrictEqual } from 'node:util';
import type { Footer } from './footer.js';

type Extended = Pick<Footer, 'rows' | 'schemas' | 'rowGroups'>;

/** Up to so many row groups may be of any size: as many rows are soon read, however few each has. */
const mostSmallGroups = 64;

/** Beyond, they have on average at least this share of the rows that a row group is written with. */
const leastShare = 1 / 4;

/**
 * Whether a file may get the row groups of another as they are: both store their columns in the very same way, also
 * packed, and there are not too many row groups of few rows, as many small loads would leave them.
 */
export function isFitToExtend(file: Extended, added: Extended, rowGroupRows: number): boolean {
  const groups = file.rowGroups.length + added.rowGroups.length;
  const isRough = groups > mostSmallGroups && (file.rows + added.rows) / groups < rowGroupRows * leastShare;
  if (isRough || !isDeepStrictEqual(file.schemas, added.schemas)) return false;
  const codecs = [file, added].flatMap(({ rowGroups }) => rowGroups.map(codecsOf));
  return new Set(codecs.flat()).size <= 1;
}

function codecsOf({ chunks }: Extended['rowGroups'][number]): string[] {
  return chunks.map(({ metadata }) => metadata.codec);
}
