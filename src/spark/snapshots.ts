import { z } from 'zod';
import { type Table, tableNamed, tables } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import type { Statements } from './session.js';

const names = z.enum(tables.map(({ name }) => name));
const withSnapshot = z.object({ name: names, snapshot: z.string() });
const withBytes = z.object({ name: names, bytes: z.coerce.number() });

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

/** The bytes of the files of snapshots. */
export async function bytesOf(
  session: Statements,
  catalog: CatalogScript,
  snapshots: ReadonlyMap<Table, string>,
): Promise<ReadonlyMap<Table, number>> {
  if (snapshots.size === 0) return new Map();
  const rows = await session.rows(catalog.snapshotBytes(snapshots));
  return new Map(
    rows.map((row) => {
      const { name, bytes } = withBytes.parse(row);
      return [tableNamed(name), bytes];
    }),
  );
}
