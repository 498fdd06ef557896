import { EtlError } from '../errors.js';
import type { Database } from '../load/db.js';
import { digestRows } from '../load/partition-sql.js';

/** Makes sure that facts that were written another way are those that they were made of. Throws `bug`. */
export async function checkSame(
  database: Database,
  before: string,
  after: string,
  step: string,
): Promise<number> {
  const [[old = {}], [made = {}]] = [
    await database.rows(digestRows(before)),
    await database.rows(digestRows(after)),
  ];
  if (old['rows'] === made['rows'] && old['digest'] === made['digest']) return Number(made['rows']);
  throw new EtlError(
    'bug',
    `the facts written are not those that were there: found ${String(made['rows'])} rows, expected ${String(old['rows'])}; nothing was changed`,
    { step },
  );
}
