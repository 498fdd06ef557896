import type { OutputRow, TableName } from '../model/tables.js';
import { keyOf, keyTextOf, tableNames } from '../model/tables.js';

export type Outputs = Readonly<Record<TableName, readonly OutputRow[]>>;

interface Reference {
  readonly from: TableName;
  readonly to: TableName;
}

/** Which rows must find another by its key; groups that only providers tell of have no row in dim_payer. */
const references: readonly Reference[] = [
  { from: 'fact_rate', to: 'dim_code' },
  { from: 'fact_rate', to: 'dim_payer' },
  { from: 'fact_rate', to: 'dim_provider_group' },
  { from: 'fact_rate', to: 'dim_pos_set' },
  { from: 'xref_pg_npi', to: 'dim_provider_group' },
  { from: 'xref_pg_tin', to: 'dim_provider_group' },
];

/** What is wrong with the keys of outputs: blank ones, ones held twice, and references to rows that are not there. */
export function brokenKeysOf(outputs: Outputs): string[] {
  return [...tableNames.flatMap((name) => wrongKeysOf(name, outputs[name])), ...danglingOf(outputs)];
}

function wrongKeysOf(name: TableName, rows: readonly OutputRow[]): string[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = keyTextOf(name, row);
    const isTwice = seen.has(key);
    seen.add(key);
    const isBlank = keyOf[name].some((column) => (row[column] ?? '') === '');
    return [
      ...(isTwice ? [`${name} holds ${key} twice`] : []),
      ...(isBlank ? [`${name} has the key ${key}`] : []),
    ];
  });
}

function danglingOf(outputs: Outputs): string[] {
  return references.flatMap(({ from, to }) => {
    const there = new Set(outputs[to].map((row) => keyTextOf(to, row)));
    return outputs[from]
      .map((row) => keyTextOf(to, row))
      .filter((key) => !there.has(key))
      .map((key) => `${from} refers to ${key}, which ${to} lacks`);
  });
}
