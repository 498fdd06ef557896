import type { ColumnChunk, RowGroup, SchemaElement } from 'hyparquet';
import type { ColumnSchema } from './schema.js';
import { encodeFooter } from './write-footer.js';

/** The footer of an excerpt: some columns of a file, of which some are codes. */
export function encodeExcerptFooter(
  schemas: readonly ColumnSchema[],
  coded: { has(column: string): boolean },
  rowGroups: readonly RowGroup[],
): Buffer {
  const elements = schemas.flatMap((schema) =>
    withListNames(coded.has(schema.name) ? asCodes(schema) : schema.elements),
  );
  const schema = [{ name: 'schema', num_children: schemas.length }, ...elements];
  const rows = rowGroups.reduce((sum, group) => sum + group.num_rows, 0n);
  const groups = rowGroups.map((group) => ({ ...group, columns: group.columns.map(withListPath) }));
  return encodeFooter({ version: 2, schema, num_rows: rows, row_groups: groups });
}

/** A column's schema with INT64 in the place of texts. */
function asCodes({ elements }: ColumnSchema): SchemaElement[] {
  return elements.map((element) => (element.num_children ? element : codeElement(element)));
}

function codeElement({ name, repetition_type: repetition }: SchemaElement): SchemaElement {
  return { name, type: 'INT64', ...(repetition && { repetition_type: repetition }) };
}

/** What the parts of a list of three levels are called by the standard. */
const listNames = ['list', 'element'] as const;

/**
 * A list's parts under the names of the standard. Writers call them otherwise, Hive `bag` and `array_element`: then Polars
 * takes elements for such as are never null, and where one is, all values after it for those of other rows.
 */
function withListNames(elements: readonly SchemaElement[]): readonly SchemaElement[] {
  const [list, repeated, leaf, ...others] = elements;
  if (!list || !repeated?.num_children || !leaf || others.length > 0) return elements;
  const [group, element] = listNames;
  return [list, { ...repeated, name: group }, { ...leaf, name: element }];
}

function withListPath(column: ColumnChunk): ColumnChunk {
  const { meta_data: metadata } = column;
  const [name, ...parts] = metadata?.path_in_schema ?? [];
  if (!metadata || name === undefined || parts.length !== listNames.length) return column;
  return { ...column, meta_data: { ...metadata, path_in_schema: [name, ...listNames] } };
}
