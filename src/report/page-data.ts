import { z } from 'zod';

/** All that a page shows. The page gets it as JSON, and its types from here. */

const steps = z.object({ rates: z.number(), providers: z.number(), merge: z.number(), publish: z.number() });

/** How rates are spread. Quartiles are rates that are there: the smallest with a quarter of all at or below it. */
export const spreadSchema = z.object({
  rates: z.number(),
  zeros: z.number(),
  /** Rates that are a share of something and no price: they are in no number below, unless all are. */
  percentages: z.number(),
  /** Rates over ten times the median, or under a tenth of it; null where that was not asked for. */
  outliers: z.number().nullable(),
  unit: z.enum(['dollars', 'percent']),
  min: z.number(),
  q1: z.number(),
  median: z.number(),
  q3: z.number(),
  max: z.number(),
  /** The smallest above 0, where there is any. */
  least: z.number().nullable(),
});

const labelled = spreadSchema.extend({ label: z.string() });

const codeSchema = spreadSchema.extend({ type: z.string(), code: z.string(), about: z.string() });

/** The first of some, and how many there are. */
const some = <T extends z.ZodType>(item: T) => z.object({ total: z.number(), rows: z.array(item) });

/** What the outputs hold. */
const factsSchema = z.object({
  rates: z.number(),
  /** Rates that are null or not finite, which no load writes. */
  unusable: z.number(),
  overall: spreadSchema.nullable(),
  /** Prices above 0, by their size. */
  histogram: z.array(z.object({ from: z.number(), to: z.number(), rates: z.number() })),
  codes: some(codeSchema),
  classes: some(labelled),
  types: some(labelled),
  posSets: some(labelled),
  months: some(labelled),
  /** Groups of the payers, by how many NPIs and TINs they have. */
  groupSizes: z.array(z.object({ size: z.string(), npi: z.number(), tin: z.number() })),
});

const outputsSchema = z.object({
  lookedAt: z.string(),
  /** Whose rates are shown, in words. */
  scope: z.string(),
  /** What has changed the outputs since the run, in words; null where nothing has. */
  changed: z.string().nullable(),
  /** Null where they could not be read, for the reason below. */
  facts: factsSchema.nullable(),
  problem: z.string().nullable(),
});

const values = z.array(z.object({ name: z.string(), value: z.string().nullable() }));

const reasonSchema = z.object({
  reason: z.string(),
  about: z.string(),
  rows: z.number(),
  examples: z.array(z.object({ title: z.string(), values })),
});

const coverage = z.object({ groups: z.number(), facts: z.number() });

/** What the record of a run tells. */
const runSchema = z.object({
  id: z.string(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  host: z.string(),
  dataRoot: z.string(),
  seconds: z.number(),
  resumedChunks: z.number(),
  versions: z.array(z.object({ name: z.string(), version: z.string() })),
  inputs: z.array(
    z.object({
      source: z.string(),
      path: z.string(),
      rows: z.number(),
      bytes: z.number(),
      footer: z.string(),
    }),
  ),
  settings: z.array(z.object({ name: z.string(), value: z.string(), origin: z.string() })),
  tables: z.array(
    z.object({
      name: z.string(),
      inserted: z.number(),
      filled: z.number(),
      kept: z.number(),
      removed: z.number(),
      total: z.number(),
      bytes: z.number(),
    }),
  ),
  balance: z.object({
    read: z.number(),
    rejected: z.number(),
    duplicates: z.number(),
    known: z.number(),
    inserted: z.number(),
  }),
  providerRows: z.number(),
  groups: z
    .object({
      total: z.number(),
      facts: z.number(),
      npi: coverage,
      tin: coverage,
      ratesWithoutProviders: z.number(),
      providersWithoutRates: z.number(),
    })
    .nullable(),
  rejects: some(reasonSchema.extend({ source: z.string() })),
  rejectsFolder: z.string().nullable(),
  warnings: some(reasonSchema),
  leftOut: some(z.object({ where: z.string(), rows: z.number(), reason: z.string() })),
  steps,
  memory: z.object({ peakMb: z.number(), limitMb: z.number().nullable() }),
  /** Null of a run whose record does not have them. */
  chunks: z
    .object({
      total: z.number(),
      points: z.array(
        z.object({
          source: z.string(),
          chunks: z.number(),
          rows: z.number(),
          seconds: z.number(),
          ended: z.number(),
          rssMb: z.number(),
        }),
      ),
      slowest: z.array(
        z.object({
          source: z.string(),
          chunk: z.number(),
          firstRow: z.number(),
          rows: z.number(),
          seconds: z.number(),
          rssMb: z.number(),
        }),
      ),
    })
    .nullable(),
  /** The run of the same payer, state and month before this one. */
  previous: z
    .object({
      id: z.string(),
      startedAt: z.string(),
      seconds: z.number(),
      steps,
      peakMb: z.number(),
      read: z.number(),
      rejected: z.number(),
      inserted: z.number(),
      facts: z.number(),
    })
    .nullable(),
});

const runPageSchema = z.object({
  kind: z.literal('run'),
  madeAt: z.string(),
  madeBy: z.string(),
  run: runSchema,
  outputs: outputsSchema,
});

const measure = z.object({
  rows: z.number(),
  chunkSize: z.number(),
  seconds: z.number(),
  peakMb: z.number(),
  steps,
});

const benchmarkPageSchema = z.object({
  kind: z.literal('benchmark'),
  madeAt: z.string(),
  madeBy: z.string(),
  input: z.string(),
  rows: z.number(),
  turns: z.number(),
  limitMb: z.number(),
  threads: z.string(),
  /** By chunk size. */
  sizes: z.array(measure),
  recommended: z.number().nullable(),
  /** By rows, with the recommended chunk size; empty where only whole files could be loaded. */
  growth: z.array(measure),
});

export const pageDataSchema = z.discriminatedUnion('kind', [runPageSchema, benchmarkPageSchema]);

export type PageData = z.output<typeof pageDataSchema>;
export type RunPage = z.output<typeof runPageSchema>;
export type BenchmarkPage = z.output<typeof benchmarkPageSchema>;
export type RunPart = RunPage['run'];
export type OutputsPart = RunPage['outputs'];
export type FactsPart = z.output<typeof factsSchema>;
export type Spread = z.output<typeof spreadSchema>;
export type LabelledSpread = z.output<typeof labelled>;
export type CodeSpread = z.output<typeof codeSchema>;
export type Reason = z.output<typeof reasonSchema>;
export type StepTimes = z.output<typeof steps>;
export type Measured = z.output<typeof measure>;
