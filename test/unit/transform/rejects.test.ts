import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { compileRejects, countReasons } from '../../../src/transform/rejects.js';
import { textFrame } from './read-stored.js';

const reason = pl
  .when(pl.col('value').isNull())
  .then(pl.lit('missing'))
  .when(pl.col('value').eq(pl.lit('bad')))
  .then(pl.lit('worse'))
  .otherwise(pl.lit(''));

const shape = { layout: new Map(), constants: new Map([['state', 'GA']]) };

describe('compileRejects', () => {
  it('parts rows by whether there is a reason against them', async () => {
    const split = compileRejects(shape, reason);
    const { accepted, rejects } = await split(textFrame(['a', 'bad', null, 'b']));
    expect(accepted.toRecords()).toEqual([{ value: 'a' }, { value: 'b' }]);
    expect(rejects.toRecords()).toEqual([
      { row: 1, value: 'bad', reject_reason: 'worse', state: 'GA' },
      { row: 2, value: null, reject_reason: 'missing', state: 'GA' },
    ]);
  });

  it('parts none from none', async () => {
    const { accepted, rejects } = await compileRejects(shape, reason)(textFrame([]));
    expect([accepted.height, rejects.height]).toEqual([0, 0]);
  });
});

describe('countReasons', () => {
  it('counts the rows of each reason', async () => {
    const { rejects } = await compileRejects(shape, reason)(textFrame([null, 'bad', null]));
    expect(await countReasons(rejects)).toEqual({ missing: 2, worse: 1 });
  });
});
