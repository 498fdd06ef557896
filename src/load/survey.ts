import { z } from 'zod';
import type { Database } from './db.js';
import * as sql from './sql.js';
import * as survey from './survey-sql.js';

/** A row of an output that stands for others: its key there, and what it is known by. */
export interface Example {
  readonly table: 'fact_rate' | 'dim_provider_group';
  readonly uid: string;
  readonly values: Record<string, string | number | null>;
}

/** What a load is told to have brought. */
export interface Survey {
  /** Groups and facts of the load, whether they were there before or not; each fact once. */
  readonly counts: Readonly<Record<survey.GroupCount, number>>;
  /** A row for each kind of orphan group and each of the reasons that were asked for, if there is any. */
  readonly examples: Readonly<Record<string, Example>>;
}

/** A rejected row that stands for others. */
export interface RejectExample {
  readonly file: string;
  /** From 0. */
  readonly file_row_number: number;
  /** As they were read, cut short. */
  readonly values: Record<string, string | null>;
}

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const rejectRow = z
  .object({ reject_reason: z.string(), source_file: z.string(), file_row_number: z.coerce.number() })
  .catchall(z.string().nullable());
const countsSchema = z.record(z.enum(survey.groupCounts), z.number());
const codeReferences = z.record(z.string(), z.bigint().nullable());

/** Finds facts that stand for what is unusual. Afterwards the view of tuples is of one code. */
export async function findUnusualFacts(
  database: Database,
  reasons: readonly string[],
): Promise<Record<string, Example>> {
  const wanted = reasons.filter(survey.isUnusualFact);
  if (wanted.length === 0) return {};
  const [codes = {}] = await database.rows(survey.findUnusualCodes(wanted));
  const examples: Record<string, Example> = {};
  for (const reason of wanted) {
    const code = codeReferences.parse(codes)[reason];
    if (typeof code !== 'bigint') continue;
    await database.run(sql.viewTuples({ code }));
    const [row] = await database.rows(survey.selectUnusualFact(reason));
    if (row) examples[reason] = exampleOf('fact_rate', 'fact_uid', row);
  }
  return examples;
}

/** Counts the groups of a load, and finds some that are worth a look: those without rates or providers, and those of the reasons given. */
export async function surveyGroups(database: Database, reasons: readonly string[]): Promise<Survey> {
  await database.run(survey.collectLoadGroups);
  const counts = await database.numbers(survey.countLoadGroups);
  const wanted = ['rates_without_providers', 'providers_without_rates', ...reasons].filter(
    survey.isRemarkableGroup,
  );
  const examples: Record<string, Example> = {};
  for (const reason of wanted) {
    const [row] = await database.rows(survey.selectRemarkableGroup(reason));
    if (row) examples[reason] = exampleOf('dim_provider_group', 'pg_uid', row);
  }
  return { counts: countsSchema.parse(counts), examples };
}

/** A row for each reason of a file of rejects, by reason. */
export async function findRejects(
  database: Database,
  source: 'rates' | 'providers',
  path: string,
): Promise<Record<string, RejectExample>> {
  const rows = await database.rows(survey.selectRejects(source, path));
  return Object.fromEntries(
    rows.map((row) => {
      const { reject_reason, source_file: file, file_row_number, ...values } = rejectRow.parse(row);
      return [reject_reason, { file, file_row_number, values }];
    }),
  );
}

function exampleOf(table: Example['table'], key: string, row: Record<string, unknown>): Example {
  const { [key]: uid, ...values } = texts.parse(row);
  return { table, uid: String(uid), values };
}

/** SQL that shows the row of an example in its output. */
export function queryFor({ table, uid }: Example, path: string): string {
  return table === 'fact_rate' ? survey.selectFact(path, uid) : survey.selectGroup(path, uid);
}

/** SQL that shows the row of an example in a table of a catalog. */
export function queryForTable({ table, uid }: Example, name: string): string {
  return survey.selectFromCatalog(name, table === 'fact_rate' ? 'fact_uid' : 'pg_uid', uid);
}

/** SQL of Spark that shows the row of an example in the files at an address. */
export function queryAt({ table, uid }: Example, address: string): string {
  return survey.selectAt(address, table === 'fact_rate' ? 'fact_uid' : 'pg_uid', uid);
}

/** SQL that shows the row of an example in a dataset of facts. */
export function queryForPart({ uid }: Example, dataset: string): string {
  return survey.selectPartFact(dataset, uid);
}
