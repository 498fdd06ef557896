import fc from 'fast-check';

/** A row with a column of every kind that is cut in a way of its own. */
export interface RowToCut {
  readonly text: string | null;
  /** As good as different in every row. */
  readonly different: string | null;
  readonly whole: bigint | null;
  readonly fraction: number | null;
  readonly list: readonly (string | null)[] | null;
  /** Never null. */
  readonly always: string;
  readonly never: null;
}

const texts = fc.constantFrom('11', '22', '', 'é', 'a text that is somewhat longer');
const lists = fc.option(fc.array(fc.option(texts, { freq: 5 }), { maxLength: 9 }), { freq: 6 });

const row: fc.Arbitrary<RowToCut> = fc.record({
  text: fc.option(texts, { freq: 4 }),
  different: fc.option(fc.stringMatching(/^[a-z ]{0,12}$/), { freq: 4 }),
  whole: fc.option(fc.bigInt(-(2n ** 62n), 2n ** 62n), { freq: 4 }),
  fraction: fc.option(
    fc.integer().map((number) => number / 8),
    { freq: 4 },
  ),
  list: lists,
  always: texts,
  never: fc.constant(null),
});

/** Rows, of which some come many times over: those make long runs. */
export const rowsToCut = fc
  .array(fc.tuple(row, fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 2, max: 300 }))), {
    minLength: 1,
    maxLength: 60,
    size: 'max',
  })
  .map((runs) => runs.flatMap(([value, times]) => Array.from({ length: times }, () => value)));
