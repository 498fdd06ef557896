import type { OutputRow, TableName, Tables } from './tables.js';

const memberTables: readonly TableName[] = ['xref_pg_npi', 'xref_pg_tin'];

/** How many groups that had members before a load have more of them after it. */
export function countGroupsGained(before: Tables, after: Tables): number {
  const filled = new Set(memberTables.flatMap((name) => groupsOf(before[name].values())));
  const gained = new Set(
    memberTables.flatMap((name) => {
      const added = [...after[name]].filter(([key]) => !before[name].has(key)).map(([, row]) => row);
      return groupsOf(added);
    }),
  );
  return [...gained].filter((group) => filled.has(group)).length;
}

function groupsOf(rows: Iterable<OutputRow>): unknown[] {
  return [...rows].map((row) => row['pg_uid']);
}
