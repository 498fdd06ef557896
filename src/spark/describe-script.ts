import { dirname } from 'node:path';
import { placeIn } from '../config/address.js';
import { waitingName } from '../load/merge-table.js';
import type { Plan } from '../pipeline/plan.js';
import { datasetOf, partitionFolder } from '../tables/partitions.js';
import { dimensionTables, type LoadScript } from '../warehouse/load-script.js';
import { triedRows } from './check-shared.js';
import { commitParts, lookInto, tableParts, unknownSlice } from './describe-tables.js';
import { scratchOf } from './root-paths.js';
import { catalogOf, scriptOf } from './script-of.js';
import { sessionStatements } from './session-statements.js';
import { unreadCodecIn } from './unread-codecs.js';

/** Statements, and what is to be said of them. */
type Part = readonly [remark: string, statements: readonly string[]];

/** The SQL that a run of a plan would submit, as one script with remarks. */
export function describeScript(plan: Plan): string {
  const scratch = scratchOf(plan, '<run id>');
  const script = scriptOf(plan, scratch);
  const catalog = catalogOf(plan);
  const parts: readonly Part[] = [
    ['the session', sessionStatements(plan)],
    ...(catalog ? [['the catalog, and the tables in it', lookInto(catalog)] as const] : []),
    ['the inputs', script.openInputs()],
    ...copiedInputs(plan),
    ...triedScratch(plan, script),
    ['rates, normalised, without rejects', [...script.stage('rates'), script.countStaged('rates')]],
    [
      'where rows of rates are missing in that count',
      [...script.keepRejects('rates'), script.countRejects('rates')],
    ],
    ['providers, likewise', [...script.stage('providers'), script.countStaged('providers')]],
    [
      'where rows of providers are missing in that count',
      [...script.keepRejects('providers'), script.countRejects('providers')],
    ],
    [
      'keys, facts, and the rows that come in for the other tables',
      [...script.mintKeys(), ...script.keepIncoming().flat()],
    ],
    ...(catalog ? tableParts(plan, script, catalog) : fileParts(plan, script)),
    ['what is told of groups', [...script.openGroups(), script.countGaining(), script.countGroups()]],
    ...(catalog ? commitParts(plan, catalog) : []),
  ];
  return parts
    .map(
      ([remark, statements]) => `-- ${remark}\n${statements.map((statement) => `${statement};\n`).join('')}`,
    )
    .join('\n');
}

/** How it is found out whether executors see a folder of this machine. */
function triedScratch({ root }: Plan, script: LoadScript): Part[] {
  return root
    ? []
    : [
        [
          'whether what all executors write is seen here; once more before anything is published',
          [script.tryScratch(triedRows).statement],
        ],
      ];
}

/** The inputs that are not read as they are. */
function copiedInputs({ sources }: Plan): Part[] {
  return (['rates', 'providers'] as const).flatMap((source) =>
    sources[source].files.flatMap((file): Part[] => {
      const unread = unreadCodecIn(source, file);
      return unread ? [[`a copy of it is opened in its place: ${unread.message}`, []]] : [];
    }),
  );
}

/** How dimensions and partitions of facts are made as files. */
function fileParts(plan: Plan, script: LoadScript): Part[] {
  const id = '<run id>';
  // what is at an address is found out by a run
  const outputs = plan.root?.outputs.map((output) => ({ ...output, exists: true })) ?? plan.outputs;
  const pathOf = (table: string) => outputs.find((output) => output.table === table);
  const list = pathOf('fact_rate')?.path ?? '';
  const dataset = datasetOf(list) ?? dirname(list);
  const partition = unknownSlice(plan);
  return [
    ...dimensionTables.map((table) => {
      const output = pathOf(table.name);
      const path = output?.path ?? '';
      const statements = [
        script.openTable(table, output?.exists ? path : null),
        script.countMerge(table),
        script.writeTable(table, waitingName(path, id)),
      ];
      return [`${table.name}: the last where anything is inserted or filled`, statements] as const;
    }),
    ['the partitions that facts come in for', [script.listPartitions(), script.countFacts()]],
    [
      'for each of them; the first two where it has parts',
      [
        script.openPartition(placeIn(dataset, partitionFolder(partition))),
        script.countPartition(),
        script.writePartition(
          partition,
          plan.rules.mode === 'upsert',
          placeIn(waitingName(dataset, id), partitionFolder(partition)),
          1,
        ),
      ],
    ],
  ];
}
