import type { Settings } from '../config/settings.js';
import type { Output } from '../load/merge-table.js';
import { type CheckName, checkNamed, checks, severities } from '../tables/checks.js';
import type { TableName } from '../tables/tables.js';
import { checksAcross } from './look-across.js';
import type { Finding, NotChecked, ValidationReport } from './report.js';
import { rulesOf, severityOf } from './rules.js';
import type { Sighting } from './sighting.js';

/** What was looked at, and what was seen. */
export interface Look {
  /** Rows of each table, null where it cannot be used. */
  readonly rows: ReadonlyMap<TableName, number | null>;
  readonly sightings: readonly Sighting[];
}

/** Groups that a run gave more members, as its record says. */
export interface Gain {
  readonly runId: string;
  readonly groups: number;
}

interface Context {
  readonly dataRoot: string;
  readonly outputs: readonly Output[];
  readonly settings: Settings;
  readonly gains: readonly Gain[];
}

/** Puts together what was seen, by how much it matters, and what could not be looked at. */
export function makeReport(
  { dataRoot, outputs, settings, gains }: Context,
  look: Look,
  seconds: number,
): ValidationReport {
  const sightings = [...look.sightings, ...seenByRuns(settings, gains)];
  const findings = sort(sightings.flatMap((sighting) => weigh(sighting, settings)));
  return {
    status: findings.some(({ severity }) => severity === 'error') ? 'unsound' : 'sound',
    data_root: dataRoot,
    seconds: Math.round(seconds * 1000) / 1000,
    tables: Object.fromEntries(
      outputs.map(({ table, path }) => [table, { path, rows: look.rows.get(table) ?? null }]),
    ),
    findings,
    not_checked: listUnchecked(look, settings),
  };
}

function weigh(sighting: Sighting, settings: Settings): Finding[] {
  const severity = severityOf(sighting.check, settings);
  return severity === 'off' ? [] : [{ ...sighting, severity, finds: checkNamed(sighting.check).finds }];
}

function sort(findings: readonly Finding[]): Finding[] {
  const placeOf = ({ severity, check }: Finding) =>
    severities.indexOf(severity) * checks.length + checks.findIndex(({ name }) => name === check);
  return findings.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Under `payer` the tables do not tell whose members changed; the runs that changed them do. */
function seenByRuns({ provider_group_scope: scope }: Settings, gains: readonly Gain[]): Sighting[] {
  if (scope === 'month' || gains.length === 0) return [];
  return [
    {
      check: 'group_members_changed',
      table: 'dim_provider_group',
      count: gains.reduce((sum, { groups }) => sum + groups, 0),
      examples: gains.slice(0, 3).map(({ runId, groups }) => ({ run: runId, groups: String(groups) })),
    },
  ];
}

const ofFiles: readonly CheckName[] = ['table_missing', 'table_unreadable', 'columns_wrong'];

function listUnchecked({ rows }: Look, settings: Settings): NotChecked[] {
  const across = checksAcross(rulesOf(settings));
  return checks
    .filter(({ name }) => !ofFiles.includes(name) && severityOf(name, settings) !== 'off')
    .flatMap(({ name: check, tables }) =>
      tables.flatMap((table) => {
        const { needs } = across.find((other) => other.check === check && other.table === table) ?? {
          needs: [table],
        };
        const reason = whyUnchecked(
          check,
          table,
          needs.filter((needed) => rows.get(needed) === null),
          settings,
        );
        return reason === null ? [] : [{ check, table, reason }];
      }),
    );
}

function whyUnchecked(
  check: CheckName,
  table: TableName,
  unusable: readonly TableName[],
  settings: Settings,
): string | null {
  if (unusable.length > 0) return `${unusable.join(' and ')} cannot be used`;
  if (check === 'key_wrong' && table === 'dim_provider_group' && settings.provider_group_scope === 'month')
    return 'under provider_group_scope: month, the key of dim_provider_group has a month that is in no column';
  return null;
}
