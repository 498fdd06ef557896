import { z } from 'zod';
import type { RunEvent } from './events.js';

const source = z.enum(['rates', 'providers']);

/** What is kept of the chunks of a run, however many there were. */
export const chunkRecordSchema = z.object({
  /** Chunks that were worked on. */
  chunks: z.number(),
  /** In the order in which they ended; where there are too many, neighbours as one. */
  points: z.array(
    z.object({
      source,
      chunks: z.number(),
      rows: z.number(),
      /** Of all chunks of the point together: several are worked on at a time. */
      seconds: z.number(),
      /** Seconds from the start of the run to the end of the last chunk. */
      ended: z.number(),
      /** Largest resident set in MiB. */
      rss_mb: z.number(),
    }),
  ),
  /** The chunks that took longest, the longest first. */
  slowest: z.array(
    z.object({
      source,
      /** From 1. */
      chunk: z.number(),
      /** In all files of the source, from 0. */
      first_row: z.number(),
      rows: z.number(),
      seconds: z.number(),
      rss_mb: z.number(),
    }),
  ),
});

export type ChunkRecord = z.output<typeof chunkRecordSchema>;

type Point = ChunkRecord['points'][number];

/** A record is read by every later run: it is to stay small. */
const mostPoints = 120;
const mostSlowest = 5;

/** Watches the chunks of a run and keeps a bounded record of them. */
export class ChunkRecorder {
  readonly #started = performance.now();
  /** Chunks that make a point. */
  #width = 1;
  #chunks = 0;
  #points: Point[] = [];
  #slowest: ChunkRecord['slowest'] = [];

  observe(event: RunEvent): void {
    if (event.type !== 'chunk-finished') return;
    const { source, chunk, firstRow: first_row, rowsIn: rows, seconds, rssMb } = event;
    const measured = { source, rows, seconds, rss_mb: Math.round(rssMb) };
    const ended = (performance.now() - this.#started) / 1000;
    this.#chunks += 1;
    this.#points = joined([...this.#points, { ...measured, chunks: 1, ended }], this.#width);
    if (this.#points.length > mostPoints) {
      this.#width *= 2;
      this.#points = joined(this.#points, this.#width);
    }
    this.#slowest = [...this.#slowest, { ...measured, chunk, first_row }]
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, mostSlowest);
  }

  record(): ChunkRecord {
    const rounded = <T extends { seconds: number }>(one: T) => ({ ...one, seconds: round(one.seconds) });
    return {
      chunks: this.#chunks,
      points: this.#points.map((point) => ({ ...rounded(point), ended: round(point.ended) })),
      slowest: this.#slowest.map(rounded),
    };
  }
}

/** Points with as many of their neighbours as make up the width. */
function joined(points: readonly Point[], width: number): Point[] {
  const all: Point[] = [];
  for (const point of points) {
    const last = all.at(-1);
    if (last && last.source === point.source && last.chunks + point.chunks <= width)
      all.splice(-1, 1, join(last, point));
    else all.push(point);
  }
  return all;
}

function join(one: Point, other: Point): Point {
  return {
    source: one.source,
    chunks: one.chunks + other.chunks,
    rows: one.rows + other.rows,
    seconds: one.seconds + other.seconds,
    ended: other.ended,
    rss_mb: Math.max(one.rss_mb, other.rss_mb),
  };
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
