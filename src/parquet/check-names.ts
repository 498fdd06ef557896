import type { Leaf } from './leaf.js';
import { ThriftCursor } from './thrift.js';

/**
 * That the column chunks of a row group are called as the columns of the schema: one whose name is damaged would be taken
 * for another that nobody asks for, and the column for one that the file does not have.
 */
export function checkNames(footer: Uint8Array, columnsAt: number, leaves: readonly Leaf[]): void {
  const cursor = new ThriftCursor(footer, columnsAt);
  cursor.list();
  for (const { column } of leaves) {
    const name = nameOfChunk(cursor);
    if (name !== undefined && name !== column)
      throw new RangeError(`a column is called ${name} in a row group and ${column} in the schema`);
  }
}

/** As the schema is read: a mark of the order of bytes is left out. */
const text = new TextDecoder();

function nameOfChunk(cursor: ThriftCursor): string | undefined {
  let name: string | undefined;
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field === 3) name = nameAmong(cursor);
    else cursor.skip();
  }
  return name;
}

/** The first of the names that lead to a column, among the metadata of a column chunk. */
function nameAmong(cursor: ThriftCursor): string | undefined {
  const names: string[] = [];
  for (let field = cursor.next(0); field !== 0; field = cursor.next(field)) {
    if (field !== 3) cursor.skip();
    else
      for (let left = cursor.list(); left > 0; left -= 1) {
        const { start, end } = cursor.binary();
        names.push(text.decode(cursor.bytes.subarray(start, end)));
      }
  }
  return names[0];
}
