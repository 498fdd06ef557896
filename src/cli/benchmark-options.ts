import { z } from 'zod';
import { outputFormats } from './output-format.js';

const optionsSchema = z.looseObject({
  payer: z.string(),
  rates: z.string().optional(),
  providers: z.string().optional(),
  rows: z.number(),
  chunkSizes: z.array(z.number()),
  turns: z.number(),
  report: z.union([z.boolean(), z.string()]).default(false),
  config: z.string().optional(),
  outputFormat: z.enum(outputFormats),
  progress: z.boolean().default(true),
  quiet: z.boolean().default(false),
});

/** The flags of a benchmark that are not settings. */
export type BenchmarkOptions = z.output<typeof optionsSchema>;

/** The options that the parser of flags found. */
export function readBenchmarkOptions(raw: Readonly<Record<string, unknown>>): BenchmarkOptions {
  return optionsSchema.parse(raw);
}
