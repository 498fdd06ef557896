import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSink } from '../../../src/parquet/byte-sink.js';
import { HybridCursor } from '../../../src/parquet/hybrid.js';
import { arbitraryRuns, decodeRuns, encodeRuns, type Run, valuesOf } from '../../support/hybrid.js';

const widths = Array.from({ length: 33 }, (_, width) => width);

/** A cursor in front of the runs, which stand somewhere in a page. */
function cursorOver(runs: readonly Run[], width: number): HybridCursor {
  const encoded = encodeRuns(runs, width);
  const page = Uint8Array.from([1, 2, 3, ...encoded, 0xff]);
  return new HybridCursor(page, 3, 3 + encoded.length, width, valuesOf(runs).length);
}

/** Where values are cut, as the lengths of the pieces. */
const someCuts = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3000 })), {
  minLength: 1,
  maxLength: 12,
});

function copyOf(cursor: HybridCursor, values: number, width: number): number[] {
  const sink = new ByteSink();
  cursor.copy(values, sink);
  return decodeRuns(sink.take(), width);
}

describe('HybridCursor', () => {
  it.each(widths)('copies and decodes any part of numbers of %i bits', (width) => {
    fc.assert(
      fc.property(arbitraryRuns(width), someCuts, (runs, cuts) => {
        const values = valuesOf(runs);
        const cursor = cursorOver(runs, width);
        let start = 0;
        for (const wanted of [...cuts, values.length]) {
          const end = Math.min(start + wanted, values.length);
          const decoded = new Uint32Array(end - start);
          cursor.clone().decode(decoded);
          expect([...decoded]).toEqual(values.slice(start, end));
          expect(copyOf(cursor, end - start, width)).toEqual(values.slice(start, end));
          start = end;
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 8, 9])(
    'counts what equals a number of %i bits, and stops in front of one too many',
    (width) => {
      fc.assert(
        fc.property(
          arbitraryRuns(width),
          fc.array(fc.tuple(fc.nat(600), fc.option(fc.nat(300))), { maxLength: 8 }),
          fc.nat(2 ** width - 1),
          (runs, steps, wanted) => {
            const values = valuesOf(runs);
            const cursor = cursorOver(runs, width);
            let start = 0;
            for (const [most, mostMatches] of steps) {
              const { values: passed, matches } =
                mostMatches === null ? cursor.pass(most, wanted) : cursor.pass(most, wanted, mostMatches);
              const gone = values.slice(start, start + passed);
              expect(matches).toBe(gone.filter((value) => value === wanted).length);
              expect(matches).toBeLessThanOrEqual(mostMatches ?? most);
              const isStopped = passed < Math.min(most, values.length - start);
              if (isStopped) expect([matches, values[start + passed]]).toEqual([mostMatches, wanted]);
              start += passed;
            }
            expect(copyOf(cursor.clone(), values.length - start, width)).toEqual(values.slice(start));
            expect(copyOf(cursor, values.length - start, width)).toEqual(values.slice(start));
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it('keeps a long run a run', () => {
    const sink = new ByteSink();
    const cursor = cursorOver([{ value: 5, times: 1_000_000 }], 3);
    cursor.pass(10, 0);
    cursor.copy(500_000, sink);
    expect(sink.length).toBeLessThan(5);
  });

  it('does not make up values that are not there', () => {
    const bytes = encodeRuns([{ value: 1, times: 3 }], 1);
    const tooFew = () => new HybridCursor(bytes, 0, bytes.length, 1, 4);
    expect(() => tooFew().pass(4, 1)).toThrow('a page has fewer values than it says');
    expect(() => tooFew().copy(4, new ByteSink())).toThrow('a page has fewer values than it says');
    expect(() => tooFew().copy(5, new ByteSink())).toThrow('a page has fewer values than it says');
  });

  it('does not copy bytes that follow the runs', () => {
    const packed = Array.from({ length: 16 }, (_, index) => index);
    const bytes = encodeRuns([{ packed }], 4);
    const cutShort = new HybridCursor(bytes, 0, bytes.length - 1, 4, 16);
    expect(() => cutShort.copy(16, new ByteSink())).toThrow('a page has fewer values than it says');
  });
});
