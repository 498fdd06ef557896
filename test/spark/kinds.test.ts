import { join } from 'node:path';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { seedOf } from '../faults/support/effort.js';
import { makeInput } from '../faults/support/input.js';
import { quoteText, withDatabase } from '../support/fixture-database.js';
import { withFolder } from '../support/load-pair.js';
import { type Instant, writeInstants } from '../support/write-instants.js';
import { expectSameOfBoth } from './support/both-engines.js';
import { spark, startSession } from './support/spark.js';

const rows = 240;

let nextSeed = seedOf('values on Spark');

/** As many values as there are rows. */
function some<Value>(values: fc.Arbitrary<Value>): (Value | null)[] {
  nextSeed += 1;
  return fc.sample(fc.option(values, { freq: 8 }), { numRuns: rows, seed: nextSeed });
}

/** Doubles of every size, and floats, which are told apart by fewer digits. */
const doubles = fc.oneof(
  fc.double(),
  fc.double({ min: -1e8, max: 1e8 }),
  fc.constantFrom(5e-324, 1e-323, 1e7, 1e15, 1e16),
);
const floats = fc.oneof(
  fc.float(),
  fc.float({ min: -1e6, max: 1e6 }),
  fc.constantFrom(2 ** -149, 2 ** -146, 1e7),
);
/** Microseconds of 9,999 years before the first and 10,000 after 9999, and nanoseconds as far as they reach. */
const microseconds = fc.bigInt({ min: -377_673_580_800_000_000n, max: 568_971_734_400_000_000n });
const nanoseconds = fc.bigInt({ min: -9_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n });

/** A list of SQL that has a value for each row. */
function listOf<Value>(
  values: fc.Arbitrary<Value>,
  type: string,
  write = String as (value: Value) => string,
) {
  return `[${some(values)
    .map((value) => (value === null ? 'NULL' : `'${write(value)}'`))
    .join(', ')}]::${type}[]`;
}

/** What stands for an infinite instant, either way. */
const infinite = (type: string) => `'infinity'::${type}, '-infinity'::${type}`;

/** Writes rows of which every other one has no billing code, with a value of each list in each column. */
async function writeRows(
  file: string,
  version: string,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const values = Object.entries(columns).map(([name, list]) => `(${list})[i + 1] AS ${name}`);
  const query = `SELECT CASE WHEN i % 2 = 0 THEN '99213' END AS billing_code, 'CPT' AS billing_code_type, 'Odd' AS reporting_entity_name,
    ${values.join(', ')} FROM range(${rows}) r(i)`;
  await withDatabase((connection) =>
    connection.run(`COPY (${query}) TO ${quoteText(file)} (FORMAT parquet, PARQUET_VERSION ${version})`),
  );
}

/** Writes a file anew with a column of instants as milliseconds of UTC, which DuckDB does not write. */
async function countMilliseconds(file: string, column: string): Promise<void> {
  const frame = await pl.scanParquet(file).collect();
  frame.withColumns(pl.col(column).cast(pl.Datetime('ms', 'UTC'))).writeParquet(file);
}

describe.skipIf(!spark)('values of every type, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  // the second version has encodings of which Spark's fast reader does not know one
  it.each(['V1', 'V2'])(
    'have the texts that the embedded engine gives them, also among rejects (written as %s)',
    (version) =>
      withFolder(async (folder) => {
        const input = await makeInput(join(folder, 'in'), { payer: 'kinds', seed: 41 });
        const [rates = '', providers = ''] = [input.files.rates[0], input.files.providers[0]];
        const instant = (type: string) =>
          `list_transform(${listOf(microseconds, 'BIGINT')}, x -> make_timestamp(x)::${type})`;
        await writeRows(join(input.folder, rates), version, {
          provider_group_id: listOf(doubles, 'DOUBLE'),
          provider_reference_id: listOf(floats, 'FLOAT'),
          negotiated_rate: listOf(doubles, 'DOUBLE'),
          version: listOf(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), 'UBIGINT'),
          billing_class: listOf(fc.boolean(), 'BOOLEAN'),
          negotiated_type: listOf(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), 'DECIMAL(38, 10)'),
          negotiation_arrangement: `list_concat([${infinite('TIMESTAMP_MS')}], ${instant('TIMESTAMP_MS')})`,
          description: instant('TIMESTAMPTZ'),
          name: `list_concat([${infinite('TIMESTAMP_NS')}], list_transform(${listOf(nanoseconds, 'BIGINT')}, x -> make_timestamp_ns(x)))`,
          expiration_date: `list_concat([${infinite('DATE')}, '5000000-01-01'::DATE], ${instant('DATE')})`,
          last_updated_on: `list_concat([${infinite('TIMESTAMP')}, ${infinite('TIMESTAMP')}], ${instant('TIMESTAMP')})`,
        });
        const members = join(input.folder, providers);
        const groups = fc.constantFrom(7n);
        await writeRows(members, version, {
          provider_group_id: listOf(groups, 'BIGINT'),
          npi: listOf(doubles, 'DOUBLE'),
          tin_value: listOf(floats, 'FLOAT'),
          tin_type: instant('TIMESTAMP'),
        });
        if (version === 'V1') await countMilliseconds(members, 'tin_type');
        const { rejects } = await expectSameOfBoth(session, folder, input);
        expect(rejects['rates']?.length).toBeGreaterThan(rows / 2);
        expect(rejects['providers']?.length).toBeGreaterThan(0);
      }),
  );

  it('are instants in INT96 of any year', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'instants', seed: 42 });
      const file = join(input.folder, input.files.rates[0] ?? '');
      const instants = fc.record<Instant>({
        day: fc.integer({ min: -719_162, max: 2_932_896 }),
        nanoseconds: fc.integer({ min: 0, max: 86_399_999_999_999 }),
      });
      const texts = (text: string, each = 1) =>
        Array.from({ length: rows }, (_, row) => (row % each === 0 ? text : null));
      await writeInstants(
        file,
        {
          ...{
            reporting_entity_name: texts('Odd'),
            billing_code_type: texts('CPT'),
            billing_code: texts('99213', 2),
          },
          ...{ negotiated_rate: texts('12.5'), provider_group_id: texts('7') },
        },
        { expiration_date: some(instants), last_updated_on: some(instants) },
        { codec: 'SNAPPY', pageBytes: 500, isRequired: false },
      );
      const { rejects, lines } = await expectSameOfBoth(session, folder, input);
      expect(rejects['rates']).toHaveLength(rows / 2);
      expect(lines['fact_rate']?.length).toBeGreaterThan(rows / 4);
    }));
});
