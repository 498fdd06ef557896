import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { posMembers, serviceText } from '../../../src/transform/pos-set.js';
import { posMembersOf } from '../../model/pos-members.js';
import { printServiceCodes } from '../../support/fixture.js';
import { evaluate, type StoredColumn, storedByDuckdb, storedByPolars, textFrame } from './read-stored.js';

function membersOf({ frame, stored }: StoredColumn): unknown[] {
  return evaluate(frame, posMembers(serviceText(pl.col('value'), stored)));
}

const texts: readonly (readonly [text: string, members: string[]])[] = [
  ["['11', '22']", ['11', '22']],
  ['["22","11","22"]', ['11', '22']],
  ['11;22', ['11', '22']],
  ['11, 22', ['11', '22']],
  ['{11}(22)|`33`\t44\u008555\u00A066', ['11', '22', '33', '44', '55', '66']],
  ['[]', []],
  ['[[]]', []],
  ["['']", []],
  ['None', []],
  ['nan', []],
  ['NaN; NULL, none', []],
  ['nonesuch', ['nonesuch']],
  ['none1 1null', ['1null', 'none1']],
  ['', []],
  [' ', []],
  [';;11;;', ['11']],
  ['n, u, l', ['l', 'n', 'u']],
  ['1 11 2 01', ['01', '1', '11', '2']],
  ['b a B', ['B', 'a', 'b']],
  ['\u{1F600} \uFFFD', ['\uFFFD', '\u{1F600}']],
  ['11.0', ['11.0']],
  ['\uFEFF11', ['\uFEFF11']],
  ['CSTM-00', ['CSTM-00']],
  ['11:22/33', ['11:22/33']],
];

describe('posMembers', () => {
  it.each(texts)('takes %j apart', (text, members) => {
    const column = { frame: textFrame([text]), stored: { kind: 'text' } } as const;
    expect(membersOf(column)).toEqual([members]);
    expect(posMembersOf(text)).toEqual(members);
  });

  it('keeps the sets of a column apart', () => {
    const column = { frame: textFrame(['22;11', null, '33']), stored: { kind: 'text' } } as const;
    expect(membersOf(column)).toEqual([['11', '22'], [], ['33']]);
  });

  it.each<[type: string, values: string, members: string[][]]>([
    [
      'VARCHAR[]',
      `['22', '11', '22'], [], NULL, [NULL, '', 'None'], ['02']`,
      [['11', '22'], [], [], [], ['02']],
    ],
    [
      'VARCHAR[]',
      `['[''11''', '22, 33'], ['n u l']`,
      [
        ['11', '22', '33'],
        ['l', 'n', 'u'],
      ],
    ],
    ['INTEGER[]', '[22, 11], [], NULL, [NULL, 3]', [['11', '22'], [], [], ['3']]],
    ['BLOB[]', `['22'::BLOB, '11'::BLOB]`, [['11', '22']]],
    ['BIGINT', '11, NULL', [['11'], []]],
    ['INTEGER', 'NULL, NULL', [[], []]],
  ])('reads %s', async (type, values, members) => {
    expect(membersOf(await storedByDuckdb(values, type))).toEqual(members);
  });

  it('reads lists of nulls and of dictionary text', async () => {
    const frame = pl.DataFrame({ value: [['b', 'a'], ['b']] });
    const dictionary = await storedByPolars(frame.select(pl.col('value').cast(pl.List(pl.Categorical))));
    expect(membersOf(dictionary)).toEqual([['a', 'b'], ['b']]);
    const nulls = frame.select(pl.concatList([pl.lit(null), pl.lit(null)]).alias('value'));
    const listOfNulls = await storedByPolars(nulls);
    expect(listOfNulls.stored.kind).toBe('list');
    expect(membersOf(listOfNulls)).toEqual([[]]);
  });

  it.each(['python', 'json', 'semicolons', 'commas'] as const)(
    'reads the %s layout of a source as its list layout',
    async (style) => {
      const sets = [['22', '11'], ['02', '05', '06'], [], ['n', 'u', 'l'], ['11', '11']];
      const printed = textFrame(sets.map((set) => printServiceCodes(set, style)));
      const literals = sets.map((set) => `[${set.map((code) => `'${code}'`).join(', ')}]`);
      const listed = await storedByDuckdb(literals.join(', '), 'VARCHAR[]');
      expect(membersOf({ frame: printed, stored: { kind: 'text' } })).toEqual(membersOf(listed));
    },
  );
});
