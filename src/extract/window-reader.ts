import type { DataFrame } from 'nodejs-polars';
import type { Footer, RowGroupFooter } from '../parquet/footer.js';
import { PartReader } from './part-reader.js';
import { type Reading, type RowsToRead, readWindow } from './read.js';
import { groupInParts } from './windows.js';

/** As they are, rows are also read again, where codes turn out not to do: not quite in order. */
const keptCutters = { codes: 1, rows: 4 } as const;

/**
 * Reads windows. Of a row group that is read in parts it remembers where it is, so that each part is found where the one
 * before it ends.
 */
export class WindowReader {
  /** At most two: rows are read as codes, and as they are where that cannot be. */
  readonly #parts = new Map<'codes' | 'rows', { key: string; group: RowGroupFooter; reader: PartReader }>();

  /** As `readWindow`, for windows of any sort. They are best asked for in order. */
  async read(
    footer: Footer,
    window: RowsToRead,
    reading: Reading,
    scratch: string,
  ): Promise<DataFrame | null> {
    const group = groupInParts(window);
    if (!group) return readWindow(footer, window, reading, scratch);
    const kind = reading.coders ? 'codes' : 'rows';
    const frame = this.#readerOf(kind, footer, group, reading).read(window, scratch);
    const isLast = window.firstRow + window.rows === group.firstRow + group.rows;
    // its pages are not needed any more
    if (isLast) this.#parts.delete(kind);
    return frame;
  }

  #readerOf(kind: 'codes' | 'rows', footer: Footer, group: RowGroupFooter, reading: Reading): PartReader {
    const key = JSON.stringify(reading.columns);
    const known = this.#parts.get(kind);
    if (known?.group === group && known.key === key) return known.reader;
    const reader = new PartReader(footer, group, reading, keptCutters[kind]);
    this.#parts.set(kind, { key, group, reader });
    return reader;
  }
}
