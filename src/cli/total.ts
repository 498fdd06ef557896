import { z } from 'zod';
import { type Load, partialExitCode } from './outcome.js';

/** What came of several payers together. Keys are part of the interface: `--output-format json` prints this object. */
export const totalSchema = z.object({
  /** All that were asked for: the sum of the five after it. */
  payers: z.number(),
  loaded: z.number(),
  /** Published, but for rows that could not be read. */
  partial: z.number(),
  /** Nothing was to do. */
  unchanged: z.number(),
  failed: z.number(),
  /** Those whose turn had not come when the command was stopped. */
  not_begun: z.number(),
  /** Rows that were read this time: of an unchanged payer none. */
  processed_rates: z.number(),
  processed_providers: z.number(),
  facts_inserted: z.number(),
  /** From the start to the end, which is less than those of the payers add up to where they ran side by side. */
  seconds: z.number(),
});

export type Total = z.output<typeof totalSchema>;

/** What became of a payer, as a total counts it. */
export type Fate = 'loaded' | 'partial' | 'unchanged' | 'failed';

export function fateOf({ outcome: { summary, exitCode } }: Load): Fate {
  if (summary === null) return 'failed';
  if (summary.status === 'unchanged') return 'unchanged';
  return exitCode === partialExitCode ? 'partial' : 'loaded';
}

/** What was read and inserted of a payer this time. A summary of an unchanged one tells of the run before. */
export function workOf({ outcome: { summary } }: Load): { rates: number; providers: number; facts: number } {
  if (summary?.status !== 'published') return { rates: 0, providers: 0, facts: 0 };
  const { processed_rates: rates, processed_providers: providers, balance } = summary;
  return { rates, providers, facts: balance.inserted };
}

/** Adds up what came of those payers that had their turn. */
export function addUp(loads: readonly Load[], asked: number, seconds: number): Total {
  const having = (fate: Fate) => loads.filter((load) => fateOf(load) === fate).length;
  const done = loads.map(workOf);
  const sum = (key: keyof ReturnType<typeof workOf>) => done.reduce((total, work) => total + work[key], 0);
  return {
    payers: asked,
    loaded: having('loaded'),
    partial: having('partial'),
    unchanged: having('unchanged'),
    failed: having('failed'),
    not_begun: asked - loads.length,
    processed_rates: sum('rates'),
    processed_providers: sum('providers'),
    facts_inserted: sum('facts'),
    seconds,
  };
}
