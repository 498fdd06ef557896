import type { DataFrame } from 'nodejs-polars';
import { RowGroupCutter } from '../parquet/cut-row-group.js';
import type { Footer, RowGroupFooter } from '../parquet/footer.js';
import { type Reading, readExcerpt, readWindow, sliceChunk } from './read.js';
import type { ChunkRange } from './windows.js';

/** Reads parts of one row group: cut from it where that can be, and else from a frame of the whole. */
export class PartReader {
  readonly #footer: Footer;
  readonly #group: RowGroupFooter;
  readonly #reading: Reading;
  /** How many places are remembered, from which parts can be cut again. */
  readonly #keptCutters: number;
  /** Cutters by the row that each is in front of, the oldest first. */
  readonly #cutters = new Map<number, RowGroupCutter | null>();
  /** Ends when the last part that was asked for is cut. */
  #cut: Promise<unknown> = Promise.resolve();
  #whole: Promise<DataFrame | null> | undefined;

  /** Parts that are asked for in order need one cutter alone; each keeps a page of each column. */
  constructor(footer: Footer, group: RowGroupFooter, reading: Reading, keptCutters: number) {
    this.#keptCutters = keptCutters;
    this.#footer = footer;
    this.#group = group;
    this.#reading = reading;
  }

  /** As `readWindow`. Parts are cut one after the other; the next is cut while others are decoded. */
  async read(part: ChunkRange, scratch: string): Promise<DataFrame | null> {
    const isCut = this.#cut.then(() => this.#cutTo(part, scratch));
    this.#cut = isCut.catch(() => {});
    const frame = await readExcerpt(this.#footer, part, this.#reading, scratch, () => isCut);
    // as codes or not at all: rows as they are can still be cut
    return frame ?? (this.#reading.coders ? null : this.#slice(part, scratch));
  }

  /** Gives false where the row group cannot be cut. */
  async #cutTo({ firstRow, rows }: ChunkRange, scratch: string): Promise<boolean> {
    const { start, cutter } = await this.#cutterBefore(firstRow);
    if (firstRow > start) {
      await cutter?.skip(firstRow - start);
      if (this.#keptCutters > 1) this.#keep(firstRow, cutter?.clone() ?? null);
    }
    await cutter?.cut(rows, scratch);
    this.#keep(firstRow + rows, cutter);
    return cutter !== null;
  }

  /** The nearest cutter in front of a row; null where there can be none. */
  async #cutterBefore(row: number): Promise<{ start: number; cutter: RowGroupCutter | null }> {
    const behind = [...this.#cutters.keys()].filter((known) => known <= row);
    const start = behind.length > 0 ? Math.max(...behind) : this.#group.firstRow;
    const known = this.#cutters.get(start);
    const selection = { ...this.#reading, group: this.#group };
    const cutter = known === undefined ? await RowGroupCutter.open(this.#footer, selection) : known;
    // it moves on, unless its place is remembered
    if (this.#keptCutters > 1) this.#keep(start, cutter?.clone() ?? null);
    else this.#cutters.delete(start);
    return { start, cutter };
  }

  #keep(row: number, cutter: RowGroupCutter | null): void {
    this.#cutters.delete(row);
    this.#cutters.set(row, cutter);
    const [oldest] = this.#cutters.keys();
    if (this.#cutters.size > this.#keptCutters && oldest !== undefined) this.#cutters.delete(oldest);
  }

  async #slice(part: ChunkRange, scratch: string): Promise<DataFrame | null> {
    const whole = { firstRow: this.#group.firstRow, rows: this.#group.rows, rowGroups: [this.#group] };
    this.#whole ??= readWindow(this.#footer, whole, this.#reading, scratch);
    const frame = await this.#whole;
    return frame && sliceChunk(frame, whole, part);
  }
}
