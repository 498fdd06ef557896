import { describeChecks } from './describe-checks.js';
import { type Column, type Table, tables } from './tables.js';

/** The reference of all tables in Markdown: `docs/tables.md`. */
export function describeTables(): string {
  const parts = [
    '# Tables',
    'Generated from `src/tables` by `npm run docs`; edit the files there instead. Paths are the defaults, below `data_root`.',
    'Every key is unique in its table. Blank values are NULL. Files are parquet with zstd.',
    `\`\`\`mermaid\n${drawStar()}\n\`\`\``,
    ...tables.map(describeTable),
    describeChecks(),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The tables and how facts and cross-references point at dimensions, as a Mermaid diagram. */
export function drawStar(): string {
  const lines = [...tables.flatMap(drawReferences), ...tables.flatMap(drawTable)];
  return ['erDiagram', ...lines.map((line) => `  ${line}`)].join('\n');
}

function describeTable(table: Table): string {
  const { name, description, key, existing, columns } = table;
  const rule = {
    fill: 'a row that is there keeps its values, and its blanks are filled (`dimension_conflict` changes that)',
    keep: 'a row that is there is never touched',
  }[existing];
  const rows = columns.map(
    (column) =>
      `| ${column.name} | ${column.type} | ${key.includes(column.name) ? 'yes' : ''} | ${column.description} |`,
  );
  return [
    `## ${name}: ${description}`,
    '',
    `\`${pathOf(table)}\` (settings \`${table.folder}\` and \`${name}_file\`). Key: ${key.join(', ')}. On a later run ${rule}.`,
    '',
    '| column | type | key | what it is |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function pathOf({ folder, file }: Table): string {
  return `${folder.replace('_dir', '')}/${file}`;
}

function drawReferences(table: Table): string[] {
  return dimensionsOf(table).map(
    (dimension) => `${dimension.name} ||--o{ ${table.name} : "${dimension.key.join(', ')}"`,
  );
}

/**
 * The dimensions in which every row of a table is sure to have its row. A provider group has none: its payer is in
 * dim_payer only if it has rates.
 */
function dimensionsOf(table: Table): Table[] {
  if (table.folder === 'dims_dir') return [];
  const names = table.columns.map(({ name }) => name);
  return tables.filter(
    ({ folder, key }) => folder === 'dims_dir' && key.every((column) => names.includes(column)),
  );
}

function drawTable(table: Table): string[] {
  const foreign = dimensionsOf(table).flatMap(({ key }) => key);
  const columns = table.columns.map((column) => drawColumn(column, table.key, foreign));
  return [`${table.name} {`, ...columns.map((line) => `  ${line}`), '}'];
}

function drawColumn({ name, type }: Column, key: readonly string[], foreign: readonly string[]): string {
  const marks = [key.includes(name) ? 'PK' : '', foreign.includes(name) ? 'FK' : ''].filter(Boolean);
  return `${type} ${name} ${marks.join(', ')}`.trimEnd();
}
