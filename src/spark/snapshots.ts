import { z } from 'zod';
import { type Table, type TableName, tableNamed, tables } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import { changedMeanwhile } from './commit-table.js';
import type { Statements } from './session.js';

const names = z.enum(tables.map(({ name }) => name));
const withSnapshot = z.object({ name: names, snapshot: z.string() });
const commitSchema = z.object({
  name: names,
  snapshot: z.string(),
  parent: z.string().nullable(),
  application: z.string().nullable(),
  added: z.coerce.number(),
  bytes: z.coerce.number(),
});
const setting = z.tuple([z.object({ value: z.string() })]);

/** A change of a table, by what made it. */
export type Commit = z.output<typeof commitSchema>;

/** The snapshots that tables have now, without those that were never written to. */
export async function snapshotsOf(
  session: Statements,
  catalog: CatalogScript,
  of: readonly Table[],
): Promise<ReadonlyMap<Table, string>> {
  if (of.length === 0) return new Map();
  const rows = await session.rows(catalog.currentSnapshots(of));
  return new Map(
    rows.map((row) => {
      const { name, snapshot } = withSnapshot.parse(row);
      return [tableNamed(name), snapshot];
    }),
  );
}

/** The tables of a load: what it found and left, and how many rows it counted that it would write, which are inserted or filled. */
export interface Committed {
  readonly before: ReadonlyMap<Table, string>;
  readonly after: ReadonlyMap<Table, string>;
  readonly counted: ReadonlyMap<Table, number>;
}

/**
 * The bytes of the files of tables as they are now. Throws `busy` where a load wrote other rows than it had counted, because somebody else
 * changed a table in between: MERGE takes a table as it finds it, so that no key is there twice, but the counts are of before.
 */
export async function checkCommits(
  session: Statements,
  catalog: CatalogScript,
  { before, after, counted }: Committed,
): Promise<ReadonlyMap<TableName, number>> {
  if (after.size === 0) return new Map();
  const [{ value: application }] = setting.parse(await session.rows(catalog.applicationId()));
  const rows = await session.rows(catalog.listCommits([...after.keys()]));
  const commits = rows.map((row) => commitSchema.parse(row));
  const bytes = new Map<TableName, number>();
  for (const [table, snapshot] of after) {
    const own = commits.filter(({ name }) => name === table.name);
    bytes.set(table.name, own.find((commit) => commit.snapshot === snapshot)?.bytes ?? 0);
    const expected = counted.get(table) ?? 0;
    const added = addedBy(application, own, { from: before.get(table) ?? null, to: snapshot });
    if (added !== expected)
      throw changedMeanwhile(catalog.nameOf(table), `${added} rows are written, ${expected} were to be`);
  }
  return bytes;
}

/** The rows that commits of an application added to a table between two snapshots; from null on all. */
export function addedBy(
  application: string,
  commits: readonly Commit[],
  { from, to }: { readonly from: string | null; readonly to: string },
): number {
  const bySnapshot = new Map(commits.map((commit) => [commit.snapshot, commit]));
  let rows = 0;
  let next: string | null = to;
  while (next !== null && next !== from) {
    const commit = bySnapshot.get(next);
    if (!commit) break;
    if (commit.application === application) rows += commit.added;
    next = commit.parent;
  }
  return rows;
}
