import { basename } from 'node:path';
import type { RejectedExample, RowExample, Summary } from '../pipeline/summary.js';
import { explanations } from '../pipeline/warnings.js';
import { alignColumns, alignLeft, bytes, count, counted, quoted, share } from './format.js';

/** A summary, or what a manifest holds of one. */
type Details = Omit<Summary, 'status' | 'run_id' | 'payer' | 'state' | 'period'>;

/** What became of each table and of the rows of rates, what was rejected, what is worth a look, how long it took. */
export function summaryDetails(summary: Details): string[] {
  return [
    ...tableLines(summary),
    balanceLine(summary),
    ...groupLines(summary),
    ...rejectLines(summary),
    ...warningLines(summary),
    ...failureLines(summary),
    timeLine(summary),
    `peak memory ${count(summary.peak_rss_mb)} MB; outputs in ${summary.catalog ?? summary.spark_root ?? summary.data_root}`,
  ];
}

function tableLines(summary: Details): string[] {
  const tables = Object.entries(summary.tables);
  const hasRemoved = tables.some(([, { removed }]) => removed > 0);
  const header = ['table', 'inserted', 'filled', 'kept', ...(hasRemoved ? ['removed'] : []), 'total', 'size'];
  const rows = tables.map(([name, { inserted, filled, kept, removed, total, bytes: size }]) => [
    name,
    ...[inserted, filled, kept, ...(hasRemoved ? [removed] : []), total].map(count),
    bytes(size),
  ]);
  return alignColumns([header, ...rows]);
}

function balanceLine({ balance }: Details): string {
  const { read, inserted, already_there: before, duplicates, rejected } = balance;
  return `rates: ${count(read)} read = ${count(inserted)} inserted + ${count(before)} there already + ${count(duplicates)} duplicates + ${count(rejected)} rejected`;
}

function groupLines({ groups, balance }: Details): string[] {
  if (groups === null) return [];
  const { npi, tin, rates_without_providers: noProviders, providers_without_rates: noRates } = groups;
  const facts = balance.inserted + balance.already_there;
  const coverage = (name: string, covered: typeof npi) => [
    name,
    `${count(covered.groups)} of ${count(groups.total)}`,
    share(covered.groups, groups.total),
    `${count(covered.facts)} of ${count(facts)}`,
    share(covered.facts, facts),
  ];
  const orphans = (name: string, { groups: number, example }: typeof noRates) => [
    name,
    count(number),
    example ? `such as ${describeGroup(example)}` : '',
  ];
  return [
    `provider groups: ${count(groups.total)}, in rates ${count(groups.in_rates)}, in providers ${count(groups.in_providers)}`,
    ...alignLeft(
      [orphans('in rates without providers', noProviders), orphans('in providers without rates', noRates)],
      '  ',
    ),
    ...alignColumns([
      ['coverage', 'groups', '', 'facts', ''],
      coverage('with an NPI', npi),
      coverage('with a TIN', tin),
    ]),
  ];
}

function rejectLines({ rejects, reject_examples: examples, rejects_folder: folder }: Details): string[] {
  if (folder === null) return [];
  const found = (['rates', 'providers'] as const).flatMap((source) =>
    Object.entries(rejects[source]).map(([reason, rows]) => ({
      cells: [`${source} ${reason}`, count(rows)],
      reason,
      example: examples[source][reason],
    })),
  );
  const numbers = alignColumns(found.map(({ cells }) => cells));
  return [
    `rejected rows (numbered from 0), kept in ${folder}:`,
    ...found.map(({ reason, example }, index) =>
      withExample(numbers[index], example && describeReject(reason, example)),
    ),
    ...lookLine(found.map(({ example }) => example)),
  ];
}

/** The columns for which a row is rejected, and what it is known by. */
const offending: Readonly<Record<string, readonly string[]>> = {
  payer_missing: ['reporting_entity_name'],
  group_missing: ['provider_group_id', 'provider_reference_id', 'npi'],
};
const offendingInRates = ['billing_code_type', 'billing_code', 'negotiated_rate'];

function describeReject(reason: string, { file, file_row_number: row, values }: RejectedExample): string {
  const columns = offending[reason] ?? offendingInRates;
  return `row ${row} of ${basename(file)}: ${columns.map((column) => `${column} ${quoted(values[column])}`).join(', ')}`;
}

function warningLines({
  warnings,
  warning_examples: examples,
  catalog,
  spark_root: root,
}: Details): string[] {
  const found = Object.entries(warnings);
  if (found.length === 0) return [];
  const numbers = alignColumns(found.map(([reason, rows]) => [reason, count(rows)]));
  const lines = found.map(([reason], index) => {
    const example = examples[reason];
    const line = `${numbers[index]}  ${explanations[reason] ?? ''}`.trimEnd();
    return withExample(line, example && describeRow(example));
  });
  const program = catalog === undefined && root === undefined ? 'duckdb -c' : 'spark-sql -e';
  const shown = found.map(([reason]) => examples[reason]);
  return ['loaded, but worth a look:', ...lines, ...lookLine(shown, program)];
}

function withExample(line = '', example?: string): string {
  return example === undefined ? line : `${line}, such as ${example}`;
}

function describeRow(example: RowExample): string {
  if (example.table === 'dim_provider_group') return describeGroup(example);
  const { code_type: type, code, provider_group_id_raw: group, negotiated_rate: rate } = example.values;
  return `${quoted(type)} ${quoted(code)} of group ${quoted(group)} at ${rate}: fact_uid ${example.uid}`;
}

function describeGroup({ uid, values }: RowExample): string {
  return `group ${quoted(values['provider_group_id_raw'])}: pg_uid ${uid}`;
}

/** A command that shows the first of some examples. */
function lookLine(
  examples: readonly ({ readonly query: string } | undefined)[],
  program = 'duckdb -c',
): string[] {
  const first = examples.find((example) => example !== undefined);
  return first ? [`  to look at the first: ${program} ${inShell(first.query)}`] : [];
}

/** A text as a shell takes it for one word that it leaves as it is. */
function inShell(text: string): string {
  return `"${text.replaceAll(/["$`\\]/g, '\\$&')}"`;
}

function failureLines({ failed_chunks: failures }: Details): string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(
    ({ source, file, first_row: first, rows, reason }) =>
      `  ${source} rows ${count(first)}-${count(first + rows)} of ${file}: ${reason}`,
  );
  return ['left out, because it could not be read; the same command tries it again:', ...lines];
}

function timeLine({ steps, resumed_chunks: resumed }: Details): string {
  const times = Object.entries(steps).map(([step, seconds]) => `${step} ${seconds.toFixed(1)} seconds`);
  return `steps: ${times.join(', ')}${resumed > 0 ? `; ${counted(resumed, 'chunk')} staged before` : ''}`;
}
