import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAddress, placeIn } from '../config/address.js';
import type { Merged } from '../load/merge.js';
import {
  counted,
  type MergedTable,
  type NewPart,
  type Output,
  type PartitionChange,
  waitingName,
} from '../load/merge-table.js';
import type { Example, Survey } from '../load/survey.js';
import { together } from '../load/together.js';
import type { OpenPartitions } from '../pipeline/dataset.js';
import type { StagedSources } from '../pipeline/engine.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import type { Run } from '../pipeline/run.js';
import { StepProgress } from '../pipeline/step-progress.js';
import { type Partition, partitionFolder } from '../tables/partitions.js';
import type { Table, TableName } from '../tables/tables.js';
import { dimensionTables, type LoadScript } from '../warehouse/load-script.js';
import { checkShared } from './check-shared.js';
import { filesIn, onlyFileIn } from './only-file.js';
import { exampleOf, numbersOf, partitionsOf } from './rows.js';
import type { Statements } from './session.js';

export interface SparkMerge {
  readonly session: Statements;
  readonly script: LoadScript;
  readonly run: Run;
  readonly outputs: readonly Output[];
  readonly dataset: OpenPartitions;
  /** How what Spark wrote is looked at. */
  readonly files: OutputFiles;
  readonly sources: StagedSources;
  /** Ends the names of files that wait to be published. */
  readonly id: string;
}

/** Upserts what is staged into each output, and writes what changes beside it. Publishes nothing. */
export async function mergeInSpark(merge: SparkMerge): Promise<Merged> {
  const { session, script, run, outputs } = merge;
  const progress = new StepProgress(run.observe, 'merge', outputs.length);
  await mintKeys(session, script);
  const tables = await together(
    ...dimensionTables.map(async (table) => {
      const merged = await mergeTable(merge, table);
      progress.advance(1, merged.total);
      return merged;
    }),
  );
  const { facts, partitions } = await mergeFacts(merge);
  progress.advance(1, facts.total);
  const survey = await surveyLoad(merge);
  // executors may have come since
  await checkShared(merge);
  const slices = partitions.map(({ partition }) => partition);
  return { tables: [...tables, facts], partitions, slices, ...survey };
}

/** Gives all rows that come in their keys, and each table its own of them. */
export async function mintKeys(session: Statements, script: LoadScript): Promise<void> {
  for (const statement of script.mintKeys()) await session.run(statement);
  await together(
    ...script.keepIncoming().map(async (statements) => {
      for (const statement of statements) await session.run(statement);
    }),
  );
}

/** What a load is told to have brought, as long as the tables are open as they were before it. */
export async function surveyLoad(
  merge: Pick<SparkMerge, 'session' | 'script' | 'run' | 'sources'>,
): Promise<Pick<Merged, 'gainingGroups' | 'survey'>> {
  const { session, script, run, sources } = merge;
  for (const statement of script.openGroups()) await session.run(statement);
  const { rows: gaining = 0 } = numbersOf(await session.rows(script.countGaining()));
  const gainingGroups = run.plan.rules.providerGroupScope === 'payer' ? gaining : 0;
  return { gainingGroups, survey: await lookAround(merge, sources, gainingGroups) };
}

function outputNamed({ outputs }: SparkMerge, name: TableName): Output {
  const output = outputs.find(({ table }) => table === name);
  if (!output) throw new RangeError(`no output for ${name}`);
  return output;
}

async function mergeTable(merge: SparkMerge, table: Table): Promise<MergedTable> {
  const { session, script, files, id } = merge;
  const output = outputNamed(merge, table.name);
  await session.run(script.openTable(table, output.exists ? output.path : null));
  const { existing = 0, inserted = 0, filled = 0 } = numbersOf(await session.rows(script.countMerge(table)));
  const total = existing + inserted;
  const merged = { ...counted(output, existing - filled, inserted), filled, total };
  if (output.exists && inserted + filled === 0) return merged;
  const folder = waitingName(output.path, id);
  await makeWay(folder);
  await session.run(script.writeTable(table, folder));
  const waiting = await onlyFileIn(folder, files);
  return { ...merged, waiting, digest: await files.digestOf(waiting) };
}

async function mergeFacts(merge: SparkMerge): Promise<{ facts: MergedTable; partitions: PartitionChange[] }> {
  const { session, script, run } = merge;
  const { state, mode } = run.plan.rules;
  const partitions: PartitionChange[] = [];
  let [existing, removed, inserted] = [0, 0, 0];
  for (const partition of partitionsOf(await session.rows(script.listPartitions()), state)) {
    const { change, there } = await mergePartition(merge, partition);
    existing += there;
    removed += mode === 'replace' ? there : 0;
    inserted += change.parts.reduce((rows, part) => rows + part.rows, 0);
    partitions.push(change);
  }
  const output = outputNamed(merge, 'fact_rate');
  return { facts: { ...counted(output, existing - removed, inserted), removed }, partitions };
}

async function mergePartition(
  { session, script, run, dataset, files }: SparkMerge,
  partition: Partition,
): Promise<{ change: PartitionChange; there: number }> {
  const { mode } = run.plan.rules;
  const [first] = await dataset.partsOf(partition);
  if (first !== undefined) await session.run(script.openPartition(dirname(first)));
  const { rows: there = 0 } =
    first === undefined ? {} : numbersOf(await session.rows(script.countPartition()));
  const { rows: incoming = 0 } = numbersOf(await session.rows(script.countFacts()));
  const folder = placeIn(dataset.waiting, partitionFolder(partition));
  const number = Math.max(1, Math.ceil(incoming / dataset.partRows));
  const isOpen = mode === 'upsert' && first !== undefined;
  await makeWay(folder);
  await session.run(script.writePartition(partition, isOpen, folder, number));
  const replaces = mode === 'replace' && first !== undefined;
  return { change: { partition, replaces, parts: await describeParts(folder, files) }, there };
}

/** The parts that Spark wrote; none that has no rows. */
async function describeParts(folder: string, files: OutputFiles): Promise<NewPart[]> {
  const parts: NewPart[] = [];
  for (const waiting of await filesIn(folder, files)) {
    const { rows } = await files.footerOf(waiting, { step: 'merging' });
    if (rows > 0) parts.push({ waiting, rows, digest: await files.digestOf(waiting) });
  }
  return parts;
}

/** Spark makes a folder at an address itself; on this machine those above it are made by whom they are to belong to. */
async function makeWay(folder: string): Promise<void> {
  if (!isAddress(folder)) await mkdir(dirname(folder), { recursive: true });
}

/** Counts the groups of the load, and finds rows that stand for what is unusual. */
async function lookAround(
  { session, script }: Pick<SparkMerge, 'session' | 'script'>,
  { rates, providers }: StagedSources,
  gaining: number,
): Promise<Survey> {
  const {
    groups = 0,
    in_rates = 0,
    in_providers = 0,
    with_npi = 0,
    with_tin = 0,
    ...others
  } = numbersOf(await session.rows(script.countGroups()));
  const { rates_without_providers = 0, providers_without_rates = 0, facts = 0 } = others;
  const { facts_with_npi = 0, facts_with_tin = 0 } = others;
  const reasons = [
    ...Object.entries({ ...rates.warnings, ...providers.warnings }).flatMap(([reason, rows]) =>
      rows > 0 ? [reason] : [],
    ),
    ...(gaining > 0 ? ['groups_gained_members'] : []),
    ...(rates_without_providers > 0 ? ['rates_without_providers'] : []),
    ...(providers_without_rates > 0 ? ['providers_without_rates'] : []),
  ];
  const examples: Record<string, Example> = {};
  for (const reason of reasons) {
    const found = script.findExample(reason);
    const example = found && exampleOf(found.table, await session.rows(found.query));
    if (example) examples[reason] = example;
  }
  return {
    counts: {
      ...{
        groups,
        in_rates,
        in_providers,
        with_npi,
        with_tin,
        rates_without_providers,
        providers_without_rates,
      },
      ...{ facts, facts_with_npi, facts_with_tin },
    },
    examples,
  };
}
