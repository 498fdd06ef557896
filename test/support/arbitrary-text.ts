import type { InputValue } from '../model/input-value.js';

/** Text that is as good as none. */
export const blanks: readonly (string | null)[] = [
  null,
  '',
  ' ',
  '\t\n',
  '\u00a0',
  '\u3000',
  '\u0085',
  ' \u2028\u2003',
];

/** Text that no rule calls blank, though it looks so. */
export const nearlyBlank: readonly string[] = ['\ufeff', '\u200b', '\u180e', '\u0000'];

/** Text that breaks what quotes, sorts, trims, folds or shortens it wrongly. None holds a `|`. */
export const oddText: readonly string[] = [
  ...nearlyBlank,
  "O'Neil",
  '"quoted" `text`',
  ' outer ',
  'null',
  'NaN',
  '0',
  '\\N',
  '😀',
  // U+FFEE comes before U+10000 by code point, after it by UTF-16 unit
  '\uffee',
  '\u{10000}',
  'e\u0301',
  '\u00e9',
  '\u212a',
  '\u0130',
  'ß',
  `${'long '.repeat(60)}a`,
  `${'long '.repeat(60)}b`,
];

/** Names of payers; many share a slug, and some have none. */
export const entityNames: readonly string[] = [
  'Acme Health',
  'ACME HEALTH',
  ' acme - health ',
  'Acme Health, ',
  'Zeta',
  'zeta!',
  'Zeta 2',
  // the Kelvin sign is lower-cased to k
  '\u212aaiser',
  'kaiser',
  'Kaiser',
  '\u0130zmir Care',
  'i zmir care',
  'Caf\u00e9 1',
  'caf-1',
];

/** Names that leave nothing of a slug. */
export const namelessNames: readonly (string | null)[] = [...blanks, '***', '\u00e9\u00df', '\ufeff', '😀'];

/** Publication dates as text: each rule's, and what just misses it. */
export const updateTexts: readonly (string | null)[] = [
  '2025-08-01',
  '2025-08',
  '2025/08/31',
  '2022-08-05T00:00:00-05:00',
  'as of 2025-09, or so',
  '20250801',
  '202508',
  '19990131',
  '10/25/2022',
  '1/5/2022',
  '01/05/2022',
  '08/2025',
  ' 20250801',
  '20250801 ',
  '20250801\n',
  '2025-13-01',
  '2025-00',
  '2025-8-1',
  '2025-13-01 2024-05',
  '20251301',
  '20250832',
  '20250800',
  '120250801',
  '202513',
  '1999-12-31',
  '13/01/2022',
  '10/32/2022',
  '10/25/22',
  '2025\u201308',
  '\u0662\u0660\u0662\u0665-\u0660\u0668',
  '\u0662\u0660\u0662\u0665\u0660\u0668',
  'soon',
  ...blanks,
];

/** Service codes as text, in every printed form and some that no printer meant. None holds a `|`. */
export const serviceTexts: readonly (string | null)[] = [
  "['11', '22']",
  "['22', '11', '11']",
  '["11","22"]',
  '11;22',
  '11, 22',
  '[]',
  'None',
  'null',
  'nan',
  "[None, '11']",
  "['11' '22'\n '02']",
  '[["11"], ["22"]]',
  '{11,22}',
  '("11")',
  '`11`',
  '[nan]',
  "['None', 'NULL', 'NaN']",
  "['11', None, 'null']",
  '11\u00a022',
  '11\u300022\u008502',
  '\ufeff11',
  'none1 Nan2 nulls',
  "['\uffee', '\u{10000}', '😀']",
  '2',
  '02',
  '11.0',
  ...blanks,
];

/** Lists of service codes, the same sets as {@link serviceTexts} among them. */
export const serviceLists: readonly InputValue[] = [
  null,
  [],
  [null],
  [''],
  [' '],
  ['11', '22'],
  ['22', '11', '11'],
  ['22', null, '11'],
  ['11;22'],
  ["['11', '22']"],
  ['None', 'nan', 'NULL'],
  ['None', '11'],
  [' 11 ', '\u00a022'],
  ['\u{10000}', '\uffee', '😀'],
  ['n', 'u', 'l', 'l'],
  ['no', 'ne'],
  ['02', '2'],
  ['\ufeff'],
  ['11|22'],
];
