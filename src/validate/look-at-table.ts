import { EtlError, messageOf } from '../errors.js';
import type { Database } from '../load/db.js';
import type { Output } from '../load/merge-table.js';
import { type CheckName, isCheckName } from '../tables/checks.js';
import { tableNamed } from '../tables/tables.js';
import { openTable, unreadable } from './open-table.js';
import type { ValidationRules } from './rules.js';
import { readCount, readSighting, type Sighting } from './sighting.js';
import { findDuplicates, offencesOf, scanRows } from './sql.js';

/** What is known of a table that was looked at by itself. */
export interface LookedAt {
  /** Null where the file cannot be looked at any further. */
  readonly rows: number | null;
  readonly sightings: readonly Sighting[];
}

/** Makes the checks that look at one table, of those that are wanted. */
export async function lookAtTable(
  database: Database,
  output: Output,
  rules: ValidationRules,
  isWanted: (check: CheckName) => boolean,
): Promise<LookedAt> {
  const obstacle = await openTable(database, output);
  if (obstacle) return { rows: null, sightings: [obstacle] };
  const table = tableNamed(output.table);
  try {
    const offences = Object.entries(offencesOf(table, rules)).flatMap(([check, offence]) =>
      isCheckName(check) && isWanted(check) ? [[check, offence] as const] : [],
    );
    const [scanned = {}] = await database.rows(scanRows(table, offences));
    const [repeated = {}] = isWanted('key_duplicate') ? await database.rows(findDuplicates(table)) : [];
    const found = { ...scanned, ...repeated };
    const names = [...offences.map(([check]) => check), 'key_duplicate' as const].filter(
      (check) => check in found,
    );
    return {
      rows: readCount(scanned['rows']),
      sightings: names.flatMap((check) => readSighting(check, output.table, found[check]) ?? []),
    };
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return { rows: null, sightings: [unreadable(output, thrown)] };
  }
}

/** Whether what the database says is of the file, rather than of memory, disk, a signal or our own text. */
export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof EtlError) return false;
  return !/^(?:Binder|Catalog|Parser) Error/.test(messageOf(thrown));
}
