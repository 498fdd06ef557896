import { describe, expect, it } from 'vitest';
import type { InputValue } from '../../model/input-value.js';
import { posMembersOf } from '../../model/pos-members.js';
import type { ServiceCodesStyle } from '../../support/fixture.js';
import { printServiceCodes } from '../../support/fixture.js';

describe('posMembersOf', () => {
  it.each<[InputValue, string[]]>([
    ["['11', '22']", ['11', '22']],
    ['["22","11","22"]', ['11', '22']],
    ['11;22', ['11', '22']],
    ['11, 22', ['11', '22']],
    ['(11){22}|`33`\t44\u008555', ['11', '22', '33', '44', '55']],
    ['[]', []],
    ['None', []],
    ['NaN; NULL, none', []],
    ['nonesuch', ['nonesuch']],
    [null, []],
    ['', []],
    [[], []],
    [[null, '', 'None'], []],
    [
      ["['11'", '22, 33'],
      ['11', '22', '33'],
    ],
    ['n, u, l', ['l', 'n', 'u']],
    ['1 11 2', ['1', '11', '2']],
    ['b a B', ['B', 'a', 'b']],
    [
      ['\u{1F600}', '\uFFFD'],
      ['\uFFFD', '\u{1F600}'],
    ],
    ['11.0', ['11.0']],
    ['\uFEFF11', ['\uFEFF11']],
  ])('takes %j apart', (serviceCodes, members) => {
    expect(posMembersOf(serviceCodes)).toEqual(members);
  });

  it.each<ServiceCodesStyle>(['python', 'json', 'semicolons', 'commas'])(
    'reads the %s layout as the list',
    (style) => {
      const codes = ['22', '11', '1', '99'];
      expect(posMembersOf(printServiceCodes(codes, style))).toEqual(posMembersOf(codes));
      expect(posMembersOf(printServiceCodes([], style))).toEqual([]);
    },
  );
});
