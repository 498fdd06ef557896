import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from '../../../src/extract/windows.js';
import { batchesOf, neighbours, smallerPieces } from '../../../src/pipeline/batches.js';

const sizes = fc.record({ firstRow: fc.nat(1000), rows: fc.integer({ min: 1, max: 2_000_000 }) });

describe('batchesOf', () => {
  it('has every chunk of a window in one batch, in order, under the number of the first', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 20_000, max: 900_000 }), fc.nat(99), (range, chunkRows, first) => {
        const chunks = cut(range, chunkRows);
        const batches = batchesOf({ chunks }, first);
        expect(batches.flatMap((batch) => batch.chunks)).toEqual(
          chunks.map((chunk, index) => ({ ...chunk, number: first + index })),
        );
        for (const { firstChunk, chunks: own } of batches) expect(own[0]?.number).toBe(firstChunk);
        for (const { chunks: own, firstRow, rows } of batches) {
          expect(firstRow).toBe(own[0]?.firstRow);
          expect(rows).toBe(own.reduce((sum, chunk) => sum + chunk.rows, 0));
        }
      }),
    );
  });
});

describe('neighbours', () => {
  it('has as many chunks together as have the rows, in order, and one at least', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 20_000, max: 900_000 }),
        fc.nat(500_000),
        (range, chunkRows, rows) => {
          const chunks = cut(range, chunkRows);
          const groups = neighbours(chunks, rows);
          expect(groups.flat()).toEqual(chunks);
          const most = Math.max(rows, chunks[0]?.rows ?? 0);
          for (const own of groups) {
            const sum = own.reduce((total, chunk) => total + chunk.rows, 0);
            // chunks of a window differ by a row
            expect(sum).toBeLessThanOrEqual(most + own.length);
            const next = (chunks[0]?.rows ?? 0) + own.length;
            if (own !== groups.at(-1)) expect(sum + next).toBeGreaterThan(rows);
          }
        },
      ),
    );
  });

  it('are single where none are to be together', () => {
    const chunks = cut({ firstRow: 0, rows: 12 }, 3);
    expect(neighbours(chunks, 0)).toEqual(chunks.map((chunk) => [chunk]));
    expect(neighbours(chunks, 7).map((own) => own.length)).toEqual([2, 2]);
  });
});

describe('smallerPieces', () => {
  it('covers the rows of a batch once, each piece in one row group and at most half of the batch', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(), (heights, from, length) => {
        let firstRow = 0;
        const rowGroups = heights.map((rows) => {
          firstRow += rows;
          return { firstRow: firstRow - rows, rows };
        });
        const start = from % firstRow;
        const batch = { firstRow: start, rows: 1 + (length % (firstRow - start)) };
        const pieces = smallerPieces(batch, rowGroups);
        const rowsOf = ({ firstRow: first, rows }: typeof batch) =>
          Array.from({ length: rows }, (_, index) => first + index);
        expect(pieces.flatMap(rowsOf)).toEqual(rowsOf(batch));
        for (const piece of pieces) {
          expect(piece.rows).toBeLessThanOrEqual(Math.ceil(batch.rows / 2));
          const group = rowGroups.find((one) => one.firstRow + one.rows > piece.firstRow);
          expect(piece.firstRow + piece.rows).toBeLessThanOrEqual(
            (group?.firstRow ?? 0) + (group?.rows ?? 0),
          );
        }
      }),
    );
  });
});
