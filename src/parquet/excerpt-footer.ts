import type { RowGroup, SchemaElement } from 'hyparquet';
import type { ColumnSchema } from './schema.js';
import { encodeFooter } from './write-footer.js';

/** The footer of an excerpt: some columns of a file, of which some are codes. */
export function encodeExcerptFooter(
  schemas: readonly ColumnSchema[],
  coded: { has(column: string): boolean },
  rowGroups: RowGroup[],
): Buffer {
  const elements = schemas.flatMap((schema) => (coded.has(schema.name) ? asCodes(schema) : schema.elements));
  const schema = [{ name: 'schema', num_children: schemas.length }, ...elements];
  const rows = rowGroups.reduce((sum, group) => sum + group.num_rows, 0n);
  return encodeFooter({ version: 2, schema, num_rows: rows, row_groups: rowGroups });
}

/** A column's schema with INT64 in the place of texts. */
function asCodes({ elements }: ColumnSchema): SchemaElement[] {
  return elements.map((element) => (element.num_children ? element : codeElement(element)));
}

function codeElement({ name, repetition_type: repetition }: SchemaElement): SchemaElement {
  return { name, type: 'INT64', ...(repetition && { repetition_type: repetition }) };
}
