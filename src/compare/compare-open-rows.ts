import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.js';
import type { Database } from '../load/db.js';
import { configureStaging, mostParts, stageOpenRows } from './buckets-sql.js';
import type { ComparedSide, TableComparison } from './comparison.js';
import { readDifferences } from './examples.js';
import { keepExamples } from './examples-sql.js';
import * as sql from './pairs-sql.js';
import type { TableRequest } from './request.js';
import { type Side, sides } from './rows-sql.js';
import type { RowRules } from './rules.js';

export type Copies = Pick<ComparedSide, 'duplicates' | 'conflicts'>;

type OpenRows = Omit<TableComparison, 'left' | 'right'> & { readonly copies: Readonly<Record<Side, Copies>> };

/** Totals by name. */
type Counts = Record<string, number>;

/** Compares the rows of open buckets one by one, in as many parts as the memory asks for. */
export async function compareOpenRows(
  database: Database,
  request: TableRequest,
  rules: RowRules,
  openRows: number,
): Promise<OpenRows> {
  const { examples, rowsInMemory, scratch } = request;
  const parts = Math.min(Math.ceil(openRows / rowsInMemory), mostParts);
  await mkdir(scratch);
  await database.run(
    ...configureStaging,
    ...sides.map((side) => stageOpenRows(side, rules, parts, join(scratch, side))),
  );
  const pairs: Counts = {};
  const copies = { left: {}, right: {} };
  for (let part = 0; part < parts; part += 1) {
    for (const side of sides)
      await database.run(sql.viewPart(side, rules, await filesOf(join(scratch, side, `part=${part}`))));
    await database.run(...sides.map((side) => sql.collapseCopies(side, rules)));
    for (const side of sides) add(copies[side], await database.numbers(sql.countCopies(side, rules)));
    await database.run(
      ...sides.map((side) => sql.keepUnmatched(side, rules)),
      sql.pairRows(rules, request.tolerance),
      keepExamples(rules, examples, part === 0),
    );
    add(pairs, await database.numbers(sql.countPairs(rules)));
  }
  await rm(scratch, { recursive: true });
  const { only_left = 0, only_right = 0, different = 0, within_tolerance = 0 } = pairs;
  return {
    status: only_left + only_right + different === 0 ? 'equal' : 'different',
    only_left,
    only_right,
    different,
    within_tolerance,
    ...(await readDifferences(database, request, rules, pairs)),
    copies: { left: copiesOf(copies.left), right: copiesOf(copies.right) },
  };
}

function add(totals: Counts, counts: Readonly<Counts>): void {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
}

function copiesOf({ duplicates = 0, conflicts = 0 }: Counts): Copies {
  return { duplicates, conflicts };
}

/** The files of a part; there is no folder where a side has no rows of it. */
async function filesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return [];
    throw cause;
  }
}
