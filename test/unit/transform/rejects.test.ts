import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { compileRejects, countReasons } from '../../../src/transform/rejects.js';
import { textFrame } from './read-stored.js';

const reason = pl
  .when(pl.col('npi').isNull())
  .then(pl.lit('missing'))
  .when(pl.col('npi').eq(pl.lit('bad')))
  .then(pl.lit('worse'))
  .otherwise(pl.lit(''));

const text = { kind: 'text' } as const;
const shape = {
  layout: new Map([
    ['npi', text],
    ['version', text],
  ]),
  constants: new Map([['version', '1.0']]),
};
const split = compileRejects('providers', shape, reason);
const frameOf = (npis: (string | null)[]) => textFrame(npis).rename({ value: 'npi' });

const absent = {
  reporting_entity_name: null,
  reporting_entity_type: null,
  last_updated_on: null,
  provider_reference_id: null,
  provider_group_id: null,
  tin_type: null,
  tin_value: null,
};

describe('compileRejects', () => {
  it('parts rows by whether there is a reason against them, and gives rejects whole', async () => {
    const { accepted, rejects } = await split(frameOf(['a', 'bad', null, 'b']));
    expect(accepted.toRecords()).toEqual([{ npi: 'a' }, { npi: 'b' }]);
    expect(rejects?.toRecords()).toEqual([
      { row: 1, npi: 'bad', reject_reason: 'worse', version: '1.0', ...absent },
      { row: 2, npi: null, reject_reason: 'missing', version: '1.0', ...absent },
    ]);
  });

  it('parts none from none', async () => {
    const { accepted, rejects } = await split(frameOf([]));
    expect([accepted.height, rejects]).toEqual([0, null]);
  });
});

describe('countReasons', () => {
  it('counts the rows of each reason', async () => {
    const { rejects } = await split(frameOf([null, 'bad', null]));
    expect(rejects && (await countReasons(rejects))).toEqual({ missing: 2, worse: 1 });
  });
});
