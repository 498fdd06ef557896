import { z } from 'zod';
import { tables } from '../tables/tables.js';
import { outputFormats } from './output-format.js';

const optionsSchema = z.looseObject({
  table: z.array(z.enum(tables.map(({ name }) => name))).default([]),
  tolerance: z.number(),
  examples: z.number(),
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
  quiet: z.boolean().default(false),
});

/** The flags of a comparison that are not settings. */
export type CompareOptions = z.output<typeof optionsSchema>;

/** The options that the parser of flags found. */
export function readCompareOptions(raw: Readonly<Record<string, unknown>>): CompareOptions {
  return optionsSchema.parse(raw);
}
