import type { CompressionCodec, PageHeader, SchemaElement } from 'hyparquet';
import { checkDeltas } from './check-deltas.js';
import { checkReferences, checkWithoutLevels } from './check-values.js';
import { type Codec, decompressorNamed } from './compression.js';
import type { HybridCursor } from './hybrid.js';
import { type Levels, levelsOf, widthOf } from './levels.js';
import { hasHybridLevels, type OpenPage, openPage } from './open-page.js';
import type { ColumnSchema } from './schema.js';

/**
 * The rows that begin in a data page; `bytes` are those behind its header. Null where it is not for us to tell: whoever
 * reads the page knows its encoding, or says why it cannot be unpacked. Throws where it has fewer levels or references than
 * values, or levels or differences that make no sense.
 */
export function countRows(
  header: PageHeader,
  bytes: Uint8Array,
  schema: ColumnSchema,
  codec: CompressionCodec,
): number | null {
  const levels = levelsOf(schema);
  const decompress = decompressorNamed(codec);
  if (!levels || !decompress || !hasHybridLevels(header, levels)) return null;
  try {
    return countRowsIn(openPage(header, bytes, levels, saying(decompress)), levels, schema.elements.at(-1));
  } catch (thrown) {
    if (thrown instanceof NotUnpacked) return null;
    throw thrown;
  }
}

/** A page whose compression was not undone. */
class NotUnpacked extends Error {}

function saying(decompress: Codec['decompress']): Codec['decompress'] {
  return (packed, length) => {
    try {
      return decompress(packed, length);
    } catch (cause) {
      throw new NotUnpacked('a page cannot be unpacked', { cause });
    }
  };
}

function countRowsIn(page: OpenPage, levels: Levels, leaf: SchemaElement | undefined): number {
  const { count, repetition, definition } = page;
  const present = definition?.clone().pass(count, levels.definition).matches ?? count;
  if (definition) checkDefinitions(definition.clone(), count, levels);
  if (leaf && !definition && !repetition) checkWithoutLevels(page, leaf);
  checkReferences(page, present);
  checkDeltas(page, present);
  if (!repetition) return count;
  if (definition && present < count) checkLists(repetition.clone(), definition, count, levels);
  return repetition.pass(count, 0).matches;
}

/** Some levels have room for one that there is not. */
function checkDefinitions(definition: HybridCursor, count: number, { definition: most }: Levels): void {
  const hasRoom = most + 1 < 2 ** widthOf(most);
  if (hasRoom && definition.passWhile(false, most + 1) < count)
    throw new RangeError('a page has a level that is too large');
}

/** A list that is null or empty has one entry: none goes on with it. */
function checkLists(
  repetition: HybridCursor,
  definition: HybridCursor,
  count: number,
  { listed }: Levels,
): void {
  let at = definition.passWhile(true, listed);
  for (let read = 0; at < count; at += definition.passWhile(true, listed)) {
    repetition.skip(at - read);
    const without = definition.passWhile(false, listed);
    // each of them begins a row, and so does the entry behind them
    const rows = Math.min(without + 1, count - at);
    if (repetition.pass(rows, 0).matches < rows)
      throw new RangeError('a page goes on with a list that has no entries');
    read = at + rows;
    at += without;
  }
}
