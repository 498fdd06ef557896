import { join } from 'node:path';
import type { Merged } from '../load/merge.js';
import type { MergedTable } from '../load/merge-table.js';
import { sizeOf } from '../load/publish.js';
import {
  type Example,
  queryAt,
  queryFor,
  queryForPart,
  queryForTable,
  type RejectExample,
} from '../load/survey.js';
import { selectRejected } from '../load/survey-sql.js';
import type { SourceName } from '../sources/sources.js';
import { datasetOf } from '../tables/partitions.js';
import { readCatalog } from './catalog.js';
import { rowsIn } from './check-any-left.js';
import { rejectsRoot } from './data-root.js';
import type { StagedSources } from './engine.js';
import type { Plan } from './plan.js';
import type { Run } from './run.js';
import type { Summary, TableSummary } from './summary.js';

/** What a run came to, all put together. */
export interface Results {
  readonly staged: StagedSources;
  readonly merged: Merged;
  /** By source and reason. */
  readonly rejects: Readonly<Record<SourceName, Readonly<Record<string, RejectExample>>>>;
  readonly seconds: number;
}

/** Puts together what a run that is about to publish has to tell. */
export async function summarise(run: Run, { staged, merged, rejects, seconds }: Results): Promise<Summary> {
  const { id, plan, memory, steps } = run;
  const { rates, providers } = staged;
  const tables = await Promise.all(merged.tables.map(describeTable));
  const gaining = merged.gainingGroups > 0 ? { groups_gained_members: merged.gainingGroups } : {};
  const warnings = { ...present(rates.warnings), ...present(providers.warnings), ...gaining };
  const hasRejects = sum(rates.rejects) + sum(providers.rejects) > 0;
  return {
    status: 'published',
    run_id: id,
    payer: plan.payer,
    state: plan.state,
    period: plan.period,
    data_root: plan.dataRoot,
    ...(plan.catalog !== null && { catalog: plan.catalog }),
    ...(plan.root !== null && { spark_root: plan.root.address }),
    processed_rates: rowsLoaded(plan, staged, 'rates'),
    processed_providers: rowsLoaded(plan, staged, 'providers'),
    tables: Object.fromEntries(tables),
    balance: balanceOf(plan, staged, merged),
    groups: plan.only ? null : groupsOf(merged),
    rejects: { rates: { ...rates.rejects }, providers: { ...providers.rejects } },
    reject_examples: {
      rates: withQueries(rejects.rates, rejectsFile(run, 'rates')),
      providers: withQueries(rejects.providers, rejectsFile(run, 'providers')),
    },
    rejects_folder: hasRejects ? join(rejectsRoot(plan.dataRoot), id) : null,
    warnings,
    warning_examples: Object.fromEntries(
      Object.keys(warnings).flatMap((reason) => {
        const example = exampleFor(merged, reason);
        return example ? [[reason, example]] : [];
      }),
    ),
    failed_chunks: [...rates.failures, ...providers.failures],
    resumed_chunks: rates.resumedChunks + providers.resumedChunks,
    seconds,
    steps: { ...steps },
    peak_rss_mb: Math.round(memory.peakMb),
  };
}

/** Where the rejects of a source of a run are. */
export function rejectsFile({ id, plan }: Pick<Run, 'id' | 'plan'>, source: SourceName): string {
  return join(rejectsRoot(plan.dataRoot), id, `${source}.parquet`);
}

/** Rows of a source that a run reads, without those that it could not. */
export function rowsLoaded(plan: Plan, staged: StagedSources, source: SourceName): number {
  return plan.sources[source].rowsToRead - rowsIn(staged[source].failures);
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, rows) => total + rows, 0);
}

async function describeTable(merged: MergedTable): Promise<[string, TableSummary]> {
  const { table, path, waiting, inserted, filled, kept, removed, total, committed, placed } = merged;
  if (committed) return [table, { inserted, filled, kept, removed, total, bytes: committed.bytes, path }];
  const dataset = datasetOf(path);
  if (placed)
    return [table, { inserted, filled, kept, removed, total, bytes: placed.bytes, path: dataset ?? path }];
  const bytes =
    dataset === null ? await sizeOf(waiting ?? path) : ((await readCatalog(waiting ?? path))?.bytes ?? 0);
  return [table, { inserted, filled, kept, removed, total, bytes, path: dataset ?? path }];
}

function balanceOf(plan: Plan, staged: StagedSources, { tables, survey }: Merged): Summary['balance'] {
  const read = rowsLoaded(plan, staged, 'rates');
  const rejected = sum(staged.rates.rejects);
  const { facts } = survey.counts;
  const inserted = tables.find(({ table }) => table === 'fact_rate')?.inserted ?? 0;
  return { read, rejected, duplicates: read - rejected - facts, already_there: facts - inserted, inserted };
}

function groupsOf(merged: Merged): Summary['groups'] {
  const { counts } = merged.survey;
  const coverage = (groups: number, facts: number) => ({
    groups,
    group_share: shareOf(groups, counts.groups),
    facts,
    fact_share: shareOf(facts, counts.facts),
  });
  const orphans = (name: 'rates_without_providers' | 'providers_without_rates') => ({
    groups: counts[name],
    example: exampleFor(merged, name),
  });
  return {
    total: counts.groups,
    in_rates: counts.in_rates,
    in_providers: counts.in_providers,
    rates_without_providers: orphans('rates_without_providers'),
    providers_without_rates: orphans('providers_without_rates'),
    npi: coverage(counts.with_npi, counts.facts_with_npi),
    tin: coverage(counts.with_tin, counts.facts_with_tin),
  };
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function exampleFor({ tables, survey }: Merged, reason: string): (Example & { query: string }) | null {
  const example = survey.examples[reason];
  const { path, committed, placed } = tables.find(({ table }) => table === example?.table) ?? {};
  if (!example || path === undefined) return null;
  if (committed) return { ...example, query: queryForTable(example, path) };
  const dataset = datasetOf(path);
  if (placed) return { ...example, query: queryAt(example, dataset ?? path) };
  const query = dataset === null ? queryFor(example, path) : queryForPart(example, dataset);
  return { ...example, query };
}

function withQueries(examples: Results['rejects'][SourceName], path: string) {
  return Object.fromEntries(
    Object.entries(examples).map(([reason, example]) => [
      reason,
      { ...example, query: selectRejected(path, reason) },
    ]),
  );
}

function present(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0));
}
