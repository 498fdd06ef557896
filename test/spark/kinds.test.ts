import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SparkSession } from '../../src/spark/session.js';
import { makeInput } from '../faults/support/input.js';
import { withFolder } from '../support/load-pair.js';
import { type Instant, writeInstants } from '../support/write-instants.js';
import { writeQueries } from '../support/write-outputs.js';
import { expectSameOfBoth } from './support/both-engines.js';
import { spark, startSession } from './support/spark.js';

const rows = 240;

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
  const list = fc.sample(fc.option(values, { freq: 8 }), rows);
  return `[${list.map((value) => (value === null ? 'NULL' : `'${write(value)}'`)).join(', ')}]::${type}[]`;
}

/** Rows of which every other one has no billing code, or no group, with a value of each list in each column. */
const rowsOf = (columns: Readonly<Record<string, string>>) => {
  const values = Object.entries(columns).map(([name, list]) => `(${list})[i + 1] AS ${name}`);
  return `SELECT CASE WHEN i % 2 = 0 THEN '99213' END AS billing_code, 'CPT' AS billing_code_type, 'Odd' AS reporting_entity_name,
    ${values.join(', ')} FROM range(${rows}) r(i)`;
};

describe.skipIf(!spark)('values of every type, on Spark', () => {
  let session: SparkSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  it('have the texts that the embedded engine gives them, also among rejects', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'kinds', seed: 41 });
      const [rates = '', providers = ''] = [input.files.rates[0], input.files.providers[0]];
      const instant = (type: string) =>
        listOf(microseconds, 'BIGINT') &&
        `list_transform(${listOf(microseconds, 'BIGINT')}, x -> make_timestamp(x)::${type})`;
      await writeQueries({
        [join(input.folder, rates)]: rowsOf({
          provider_group_id: listOf(doubles, 'DOUBLE'),
          provider_reference_id: listOf(floats, 'FLOAT'),
          negotiated_rate: listOf(doubles, 'DOUBLE'),
          version: listOf(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), 'UBIGINT'),
          billing_class: listOf(fc.boolean(), 'BOOLEAN'),
          negotiated_type: listOf(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), 'DECIMAL(38, 10)'),
          negotiation_arrangement: instant('TIMESTAMP_MS'),
          description: instant('TIMESTAMPTZ'),
          name: `list_transform(${listOf(nanoseconds, 'BIGINT')}, x -> make_timestamp_ns(x))`,
          expiration_date: instant('DATE'),
          last_updated_on: instant('TIMESTAMP'),
        }),
        [join(input.folder, providers)]:
          `SELECT * EXCLUDE (billing_code, billing_code_type), CASE WHEN i % 3 > 0 THEN 7 END AS provider_group_id
          FROM (SELECT *, row_number() OVER () AS i FROM (${rowsOf({ npi: listOf(doubles, 'DOUBLE'), tin_value: listOf(floats, 'FLOAT'), tin_type: instant('TIMESTAMP') })}))`,
      });
      const { rejects } = await expectSameOfBoth(session, folder, input);
      expect(rejects['rates']?.length).toBeGreaterThan(rows / 2);
      expect(rejects['providers']?.length).toBeGreaterThan(rows / 4);
    }));

  it('are instants in INT96 of any year', () =>
    withFolder(async (folder) => {
      const input = await makeInput(join(folder, 'in'), { payer: 'instants', seed: 42 });
      const file = join(input.folder, input.files.rates[0] ?? '');
      const instants = fc.record<Instant>({
        day: fc.integer({ min: -719_162, max: 2_932_896 }),
        nanoseconds: fc.integer({ min: 0, max: 86_399_999_999_999 }),
      });
      const some = () => fc.sample(fc.option(instants, { freq: 8 }), rows);
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
        { expiration_date: some(), last_updated_on: some() },
        { codec: 'SNAPPY', pageBytes: 500, isRequired: false },
      );
      const { rejects, lines } = await expectSameOfBoth(session, folder, input);
      expect(rejects['rates']).toHaveLength(rows / 2);
      expect(lines['fact_rate']?.length).toBeGreaterThan(rows / 4);
    }));
});
