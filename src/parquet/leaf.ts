import { type ColumnSchema, type SchemaLeaf, schemaLeaves, storedAs } from './schema.js';

/** A column as row groups have it: one value after the other, without nesting. */
export interface Leaf extends SchemaLeaf {
  /** The top-level column that it is, or is a part of. */
  readonly column: string;
  /** Whether anybody asked for it. */
  readonly isWanted: boolean;
  /** What statistics can prove that it holds throughout: nothing of a part, nulls, or also one text. */
  readonly constant: 'never' | 'null' | 'text';
}

/** All leaves of a file, in the order of the column chunks of each row group. */
export function leavesOf(schemas: readonly ColumnSchema[], wanted: ReadonlySet<string>): Leaf[] {
  return schemas.flatMap((schema) => {
    const isWanted = wanted.has(schema.name);
    const isText = storedAs(schema).kind === 'text';
    return schemaLeaves(schema).map((leaf) => ({
      ...leaf,
      column: schema.name,
      isWanted,
      constant:
        !isWanted || leaf.path.length > 1
          ? ('never' as const)
          : isText
            ? ('text' as const)
            : ('null' as const),
    }));
  });
}
