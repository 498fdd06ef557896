import { z } from 'zod';
import { messageOf } from '../errors.js';
import { Database } from '../load/db.js';
import type { Output } from '../load/merge-table.js';
import { count } from '../numbers.js';
import { withTemporaryFolder } from '../pipeline/temporary-folder.js';
import type { SourceName } from '../sources/sources.js';
import { isDamage } from '../validate/look-at-table.js';
import { openTable } from '../validate/open-table.js';
import type { FactsPart, LabelledSpread, Reason } from './page-data.js';
import * as sql from './sql.js';

/** What outputs are looked at for, and what that may take. */
export interface LookRequest {
  readonly outputs: readonly Output[];
  /** The slices whose rates are shown. */
  readonly slices: sql.Slices;
  /** Files of rejected rows. */
  readonly rejects: readonly { readonly source: SourceName; readonly path: string }[];
  readonly budget: { readonly databaseMb: number; readonly threads: number };
  readonly signal: AbortSignal;
}

/** What was seen: facts, or why there are none to show; rejected rows by source and reason, as far as they can be read. */
export interface Look {
  readonly facts: FactsPart | null;
  readonly problem: string | null;
  readonly examples: Readonly<Record<SourceName, Readonly<Record<string, Reason['examples']>>>>;
}

/** Codes, values of a column, and months that a page has room for. */
const mostCodes = 5000;
const mostValues = 20;
const mostMonths = 60;
const mostRejects = 3;

const step = 'reporting';

/**
 * Adds up what the outputs hold. Rows stream through the database within the budget's memory; what does not fit goes to a temporary
 * folder that is gone afterwards. Outputs that cannot be read are a problem to tell of. Throws `output` where memory or
 * disk are too small.
 */
export async function lookAtOutputs(request: LookRequest): Promise<Look> {
  return withTemporaryFolder({ name: 'report', step }, async (temporaryFolder) => {
    const { databaseMb: memoryMb, threads } = request.budget;
    using database = await Database.open({ memoryMb, threads, temporaryFolder }, request.signal, step);
    const looked = await lookAtAll(database, request);
    return { ...looked, examples: await findRejects(database, request) };
  });
}

async function lookAtAll(
  database: Database,
  { outputs, slices }: LookRequest,
): Promise<Pick<Look, 'facts' | 'problem'>> {
  const problem = await openAll(database, outputs);
  if (problem !== null) return { facts: null, problem };
  try {
    return { facts: await lookAtFacts(database, slices), problem };
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return { facts: null, problem: `an output cannot be read: ${messageOf(thrown)}` };
  }
}

/** Makes a view of each output; gives what stands against one, in words. */
async function openAll(database: Database, outputs: readonly Output[]): Promise<string | null> {
  for (const output of outputs) {
    const obstacle = await openTable(database, output);
    if (obstacle)
      return `${output.path}: ${obstacles[obstacle.check] ?? obstacle.check}; etl1 validate says more`;
  }
  return null;
}

const obstacles: Readonly<Record<string, string>> = {
  table_missing: 'is not there',
  table_unreadable: 'cannot be read as parquet',
  columns_wrong: 'has other columns than the contract says',
};

const number = z.union([z.bigint(), z.number()]).transform(Number);
const nullable = number.nullable();

const spreadRow = z.object({
  rates: number,
  zeros: number,
  percentages: number,
  outliers: nullable.default(null),
  unit: z.enum(['dollars', 'percent']),
  min: number,
  q1: number,
  median: number,
  q3: number,
  max: number,
  least: nullable,
});

const labelledRow = spreadRow.extend({ label: z.string(), total: number });
const codeRow = spreadRow.extend({ type: z.string(), code: z.string(), about: z.string() });
const binRow = z.object({ bin: number, rates: number });
const sizeRow = z.object({ kind: z.enum(['npi', 'tin']), size: number, groups: number });

async function lookAtFacts(database: Database, slices: sql.Slices): Promise<FactsPart> {
  await database.run(...sql.viewRates(slices));
  const { rates = 0, unusable = 0 } = await database.numbers(sql.countRates(slices));
  await database.run(...sql.countCodes(mostCodes));
  const { total: totalCodes = 0 } = await database.numbers(sql.countOfCodes);
  const spreadBy = (by: sql.Grouping['by'], most: number, from: sql.Grouping['from'] = 'rate') =>
    readSpreads(database, sql.spreadBy({ from, by }, most));
  const codes = z.array(codeRow).parse(await database.rows(sql.spreadByCode()));
  const overall = (await spreadBy(null, 1)).rows.at(0) ?? null;
  const outliers = codes.reduce((sum, one) => sum + (one.outliers ?? 0), 0);
  return {
    rates,
    unusable,
    overall: overall && { ...overall, outliers },
    histogram: await readHistogram(database),
    codes: { total: totalCodes, rows: codes },
    classes: await spreadBy('billing_class', mostValues),
    types: await spreadBy('negotiated_type', mostValues),
    posSets: await readSpreads(database, sql.spreadByPosSet(mostValues)),
    months: await spreadBy('year_month', mostMonths, 'rate_of_any_month'),
    groupSizes: await readGroupSizes(database, slices),
  };
}

async function readSpreads(
  database: Database,
  query: string,
): Promise<{ total: number; rows: LabelledSpread[] }> {
  const rows = z.array(labelledRow).parse(await database.rows(query));
  return { total: rows[0]?.total ?? 0, rows: rows.map(({ total, ...row }) => row) };
}

/** Bins without a rate between others are there too. */
async function readHistogram(database: Database): Promise<FactsPart['histogram']> {
  const found = z.array(binRow).parse(await database.rows(sql.countBySize));
  const [first, last] = [found[0]?.bin ?? 0, found.at(-1)?.bin ?? -1];
  const edge = (bin: number) => 10 ** (bin / sql.binsPerDecade);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const bin = first + index;
    const rates = found.find((one) => one.bin === bin)?.rates ?? 0;
    return { from: edge(bin), to: edge(bin + 1), rates };
  });
}

async function readGroupSizes(database: Database, slices: sql.Slices): Promise<FactsPart['groupSizes']> {
  const found = z.array(sizeRow).parse(await database.rows(sql.countGroupSizes(slices)));
  const groups = (kind: 'npi' | 'tin', size: number) =>
    found.find((one) => one.kind === kind && one.size === size)?.groups ?? 0;
  return sql.sizeLabels.map((size, index) => ({
    size,
    npi: groups('npi', index),
    tin: groups('tin', index),
  }));
}

const rejectRow = z.object({
  reason: z.string(),
  examples: z.array(
    z.object({ file: z.string(), row: number, values: z.record(z.string(), z.string().nullable()) }),
  ),
});

/** Files of rejects may have been removed: then the page has what the record of the run keeps of them. */
async function findRejects(database: Database, { rejects, signal }: LookRequest): Promise<Look['examples']> {
  const examples: Record<SourceName, Record<string, Reason['examples']>> = { rates: {}, providers: {} };
  for (const { source, path } of rejects) {
    try {
      const rows = await database.rows(sql.selectRejectExamples(source, path, mostRejects));
      for (const { reason, examples: found } of z.array(rejectRow).parse(rows))
        examples[source][reason] = found.map(({ file, row, values }) => exampleOf(file, row, values));
    } catch {
      signal.throwIfAborted();
    }
  }
  return examples;
}

/** A rejected row as a page shows it. */
export function exampleOf(
  file: string,
  row: number,
  values: Readonly<Record<string, string | null>>,
): Reason['examples'][number] {
  return {
    title: `row ${count(row)} of ${file.replace(/^.*[\\/]/, '')}`,
    values: Object.entries(values).map(([name, value]) => ({ name, value })),
  };
}
