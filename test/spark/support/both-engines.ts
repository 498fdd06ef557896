import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { SettingName } from '../../../src/config/settings.js';
import { EtlError } from '../../../src/errors.js';
import type { Engine } from '../../../src/pipeline/engine.js';
import type { RunEvent } from '../../../src/pipeline/events.js';
import type { InputFiles } from '../../../src/pipeline/input-files.js';
import { localFiles } from '../../../src/pipeline/local-files.js';
import { makePlan } from '../../../src/pipeline/plan.js';
import { executePlan } from '../../../src/pipeline/run.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import type { SparkSession } from '../../../src/spark/session.js';
import { type MadeInput, patterns } from '../../faults/support/input.js';
import { countsIn } from '../../support/compare-counts.js';
import { quoteText, withDatabase } from '../../support/fixture-database.js';
import { readPartitionedOutputs, settingsOf } from '../../support/partitioned.js';
import { engineIn } from './spark.js';
import { linesOfAll, withoutQueries } from './story.js';

/** What came of a load. */
export interface Outcome {
  readonly summary: Summary | null;
  readonly error: EtlError | null;
  /** What was told of rows that cannot be read. */
  readonly told: readonly RunEvent[];
  /** The sources of which rows that cannot be read were looked for. */
  readonly searched: readonly string[];
  /** All outputs as sorted lines. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  /** The rejected rows by source, in order. */
  readonly rejects: Readonly<Record<string, readonly string[]>>;
}

export interface LoadOptions {
  readonly settings?: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly files?: InputFiles;
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
  /** Told of rows that cannot be read. */
  readonly observe?: (event: RunEvent) => void;
  /** A folder that has the outputs, if it is not the data root. */
  readonly outputs?: () => Promise<string>;
}

/** Rows that are read together. */
export const windowRows = 120;

const never = new AbortController().signal;

/** Loads what is in a folder or at an address, in chunks of few rows, however many are rejected. */
export async function load(
  dataRoot: string,
  inputFolder: string,
  { payer }: Pick<MadeInput, 'payer'>,
  {
    settings = {},
    files = localFiles,
    engine,
    outputs = async () => dataRoot,
    signal = never,
    observe: others = () => {},
  }: LoadOptions = {},
): Promise<Outcome> {
  const all = settingsOf({
    ...(engine && { engine: 'spark' }),
    ...{ fact_layout: 'partitioned', data_root: dataRoot, input_dir: inputFolder },
    ...{ chunk_size: 60, max_reject_ratio: 1 },
    rates_file_pattern: patterns.ETL1_RATES_FILE_PATTERN,
    providers_file_pattern: patterns.ETL1_PROVIDERS_FILE_PATTERN,
    ...settings,
  });
  const told: RunEvent[] = [];
  const searched: string[] = [];
  const observe = (event: RunEvent) => {
    if (event.type === 'search-started') searched.push(event.source);
    if (event.type !== 'chunk-retried' && event.type !== 'chunk-failed') return;
    const { type, source, file, firstRow, rows, reason } = event;
    told.push({ type, source, file, firstRow, rows, reason });
    others(event);
  };
  try {
    const limits = { windowRows };
    const plan = await makePlan({ payer, settings: all }, undefined, { files, limits });
    const summary = await executePlan(plan, { files, observe, signal }, engine);
    expect(existsSync(join(dataRoot, '.staging'))).toBe(false);
    const lines = linesOfAll(await readPartitionedOutputs(await outputs()));
    return { summary, error: null, told, searched, lines, rejects: await readRejects(summary) };
  } catch (thrown) {
    if (!(thrown instanceof EtlError)) throw thrown;
    return { summary: null, error: thrown, told, searched, lines: {}, rejects: {} };
  }
}

async function readRejects({ rejects_folder: folder, rejects }: Summary): Promise<Outcome['rejects']> {
  const read: Record<string, readonly string[]> = {};
  for (const [source, reasons] of Object.entries(rejects)) {
    if (folder === null || Object.keys(reasons).length === 0) continue;
    read[source] = await linesIn(join(folder, `${source}.parquet`));
  }
  return read;
}

async function linesIn(file: string): Promise<string[]> {
  return withDatabase(async (connection) => {
    const rows = `SELECT to_json(r)::VARCHAR FROM read_parquet(${quoteText(file)}) r`;
    const found = await connection.runAndReadAll(rows);
    return found.getRowsJS().map(String).toSorted();
  });
}

const inOrder = (told: Outcome['told']) => told.map((event) => JSON.stringify(event)).toSorted();

const compared = [
  'processed_rates',
  'processed_providers',
  'balance',
  'groups',
  'rejects',
  'warnings',
] as const;

/** Expects that one load came to what another one did, and told the same of what it left out. */
export function expectAlike(ours: Outcome, theirs: Outcome): void {
  expect(ours.error?.message).toBe(theirs.error?.message);
  expect(ours.error?.exitCode).toBe(theirs.error?.exitCode);
  // batches end in any order
  expect(inOrder(ours.told)).toEqual(inOrder(theirs.told));
  if (!ours.summary || !theirs.summary) return;
  expect(ours.summary.failed_chunks).toEqual(theirs.summary.failed_chunks);
  expect(countsIn(ours.summary.tables)).toEqual(countsIn(theirs.summary.tables));
  for (const key of compared)
    expect({ [key]: withoutQueries(ours.summary[key]) }).toEqual({
      [key]: withoutQueries(theirs.summary[key]),
    });
  expect(ours.lines).toEqual(theirs.lines);
  expect(ours.rejects).toEqual(theirs.rejects);
}

/** Loads an input with both engines, each into a data root of its own, and expects the same of both; gives what came of it in Spark. */
export async function expectSameOfBoth(
  session: SparkSession,
  folder: string,
  input: MadeInput,
  settings: LoadOptions['settings'] = {},
): Promise<Outcome> {
  const theirs = await load(join(folder, 'embedded'), input.folder, input, { settings });
  const ours = await load(join(folder, 'spark'), input.folder, input, {
    settings,
    engine: engineIn(session),
  });
  expectAlike(ours, theirs);
  return ours;
}
