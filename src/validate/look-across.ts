import type { Database } from '../load/db.js';
import type { CheckName } from '../tables/checks.js';
import type { TableName } from '../tables/tables.js';
import type { ValidationRules } from './rules.js';
import { readSighting, type Sighting } from './sighting.js';
import { collectReferred, findChangedGroups, findUnreferred, findUnresolved, type Reference } from './sql.js';

/** A check that looks at several tables. */
export interface CheckAcross {
  readonly check: CheckName;
  /** Where what it finds is. */
  readonly table: TableName;
  readonly needs: readonly TableName[];
  readonly query: string;
}

/** Which table refers to which, by the key of the latter. */
const references: readonly Reference[] = [
  { from: 'fact_rate', to: 'dim_code', check: 'code_not_found' },
  { from: 'fact_rate', to: 'dim_payer', check: 'payer_not_found' },
  { from: 'fact_rate', to: 'dim_provider_group', check: 'group_not_found' },
  { from: 'fact_rate', to: 'dim_pos_set', check: 'pos_set_not_found' },
  { from: 'xref_pg_npi', to: 'dim_provider_group', check: 'group_not_found' },
  { from: 'xref_pg_tin', to: 'dim_provider_group', check: 'group_not_found' },
];

const memberTables: readonly TableName[] = ['xref_pg_npi', 'xref_pg_tin'];

/** The checks that look at several tables: references there and back, and members of groups. */
export function checksAcross({ providerGroupScope }: ValidationRules): CheckAcross[] {
  const there = references.map((reference) => ({
    check: reference.check,
    table: reference.from,
    needs: [reference.from, reference.to],
    query: findUnresolved(reference),
  }));
  const back = references
    .filter(({ from }) => from === 'fact_rate')
    .map(({ to }) => unreferred('without_facts', to, ['fact_rate']));
  const changed: CheckAcross = {
    check: 'group_members_changed',
    table: 'dim_provider_group',
    needs: ['dim_provider_group', ...memberTables],
    query: findChangedGroups(),
  };
  return [
    ...there,
    ...back,
    unreferred('group_without_members', 'dim_provider_group', memberTables),
    ...(providerGroupScope === 'month' ? [changed] : []),
  ];
}

function unreferred(check: CheckName, table: TableName, from: readonly TableName[]): CheckAcross {
  return { check, table, needs: [table, ...from], query: findUnreferred(check, table, from) };
}

/** Makes checks that look at several tables, as far as those tables can be used. */
export async function lookAcross(
  database: Database,
  checks: readonly CheckAcross[],
  canUse: (table: TableName) => boolean,
): Promise<Sighting[]> {
  const usable = references.filter(({ from, to }) => canUse(from) && canUse(to));
  await database.run(...usable.map(collectReferred));
  const sightings: Sighting[] = [];
  for (const { check, table, query } of checks.filter(({ needs }) => needs.every(canUse))) {
    const [row = {}] = await database.rows(query);
    const sighting = readSighting(check, table, row[check]);
    if (sighting) sightings.push(sighting);
  }
  return sightings;
}
