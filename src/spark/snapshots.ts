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
  operation: z.string().nullable(),
  application: z.string().nullable(),
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

/**
 * The bytes of the files of tables as they are now. Throws `busy` where somebody else has changed one since it was looked at: MERGE takes
 * a table as it finds it, so that no key is there twice, but what was counted before is no longer what has happened.
 */
export async function checkCommits(
  session: Statements,
  catalog: CatalogScript,
  before: ReadonlyMap<Table, string>,
  after: ReadonlyMap<Table, string>,
): Promise<ReadonlyMap<TableName, number>> {
  if (after.size === 0) return new Map();
  const [{ value: application }] = setting.parse(await session.rows(catalog.applicationId()));
  const commits = (await session.rows(catalog.listCommits([...after.keys()]))).map((row) =>
    commitSchema.parse(row),
  );
  const bytes = new Map<TableName, number>();
  for (const [table, snapshot] of after) {
    const own = commits.filter(({ name }) => name === table.name);
    bytes.set(table.name, own.find((commit) => commit.snapshot === snapshot)?.bytes ?? 0);
    const other = othersIn(own, { from: before.get(table) ?? null, to: snapshot, application })[0];
    if (other) {
      const by = other.application ?? 'another program';
      throw changedMeanwhile(catalog.nameOf(table), `snapshot ${other.snapshot} is of ${by}`);
    }
  }
  return bytes;
}

export interface Span {
  /** The snapshot before the first commit that is looked at; null for all. */
  readonly from: string | null;
  readonly to: string;
  readonly application: string;
}

/** The commits between two snapshots of a table that another application made, the last first, but for those that only write rows another way. */
export function othersIn(commits: readonly Commit[], { from, to, application }: Span): Commit[] {
  const bySnapshot = new Map(commits.map((commit) => [commit.snapshot, commit]));
  const others: Commit[] = [];
  let next: string | null = to;
  while (next !== null && next !== from) {
    const commit = bySnapshot.get(next);
    if (!commit) break;
    if (commit.application !== application && commit.operation !== 'replace') others.push(commit);
    next = commit.parent;
  }
  return others;
}
