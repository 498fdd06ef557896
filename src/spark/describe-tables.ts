import type { Plan } from '../pipeline/plan.js';
import type { Partition } from '../tables/partitions.js';
import { tableNamed, tables } from '../tables/tables.js';
import type { CatalogScript } from '../warehouse/catalog-script.js';
import { dimensionTables, type LoadScript } from '../warehouse/load-script.js';

type Part = readonly [remark: string, statements: readonly string[]];

/** Stands for what is only known when rows have been read. */
export const unknownSlice = ({ rules }: Plan): Partition => ({
  state: rules.state,
  payer_slug: '<payer_slug>',
  year_month: '<year_month>',
});

/** How the tables that there are become known. */
export const lookInto = (catalog: CatalogScript): string[] => [
  catalog.openNamespace(),
  catalog.listTables(),
  ...tables.map((table) => catalog.describeTable(table)),
];

/** What is counted of tables of a catalog before any of them is changed. */
export function tableParts(plan: Plan, script: LoadScript, catalog: CatalogScript): Part[] {
  const slice = unknownSlice(plan);
  return [
    [
      'the tables that are there, and their snapshots',
      [...lookInto(catalog), catalog.currentSnapshots(tables)],
    ],
    ...dimensionTables.map(
      (table) => [table.name, [...catalog.openTable(table, true), script.countMerge(table)]] as const,
    ),
    ['the slices that facts come in for', [script.listPartitions()]],
    [
      'fact_rate; the last for each of them',
      [...catalog.openTable(tableNamed('fact_rate'), true), catalog.countFacts(), catalog.countSlice(slice)],
    ],
  ];
}

/** How tables of a catalog are changed, each statement by a commit of its own. */
export function commitParts(plan: Plan, catalog: CatalogScript): Part[] {
  const facts = tableNamed('fact_rate');
  const slice = unknownSlice(plan);
  return [
    ...dimensionTables.map(
      (table) =>
        [
          `${table.name}: made if it is not there; merged where anything is inserted or filled`,
          [catalog.createTable(table), catalog.mergeTable(table)],
        ] as const,
    ),
    [
      plan.rules.mode === 'replace'
        ? 'fact_rate, last: all slices that change at once'
        : 'fact_rate, last: for each slice that has new facts',
      [catalog.createTable(facts), ...catalog.mergeFacts([slice])],
    ],
  ];
}
