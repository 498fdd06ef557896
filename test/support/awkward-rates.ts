/**
 * A query for DuckDB of rates (`rate`) that are hard to print with four decimals, more than `count` of them and the same each
 * time: ties, what is next to a tie, prices of one to six decimals, and numbers of all sizes below 1e15, of both signs.
 */
export function awkwardRates(count: number): string {
  const each = Math.ceil(count / 5);
  const number = (salt: number, most: string) => `(hash(i * 8 + ${salt}) % ${most})::DOUBLE`;
  const sign = 'CASE WHEN hash(i) % 2 = 0 THEN 1 ELSE -1 END';
  const kinds = [
    // odd multiples of 1/32 are the only ties there are
    `(2 * ${number(1, '100000000')} + 1) / 32`,
    `nextafter((2 * ${number(2, '100000000000')} + 1) / 20000, CASE WHEN hash(i + 1) % 2 = 0 THEN 1e300 ELSE -1e300 END)`,
    `(2 * ${number(3, '2000000')} + 1) / 20000`,
    `${number(4, '100000000000000')} / pow(10, hash(i + 2) % 7)`,
    `(1 + ${number(5, '4503599627370496')} / 4503599627370496) * pow(2, (hash(i + 3) % 69)::INT - 20)`,
    `(1 + ${number(6, '4503599627370496')} / 4503599627370496) * pow(2, -(hash(i + 4) % 1000)::INT)`,
  ];
  const rows = kinds.map((rate) => `SELECT (${sign}) * ${rate} AS rate FROM range(${each}) numbers(i)`);
  const few = [
    '0',
    '0.00005',
    '-0.00005',
    '0.99995',
    '999999.99995',
    '5e-324',
    '-5e-324',
    '999999999999999.9',
  ];
  return `SELECT rate FROM (${rows.join(' UNION ALL ')} UNION ALL SELECT unnest([${few.join(', ')}]::DOUBLE[])) WHERE abs(rate) < 1e15`;
}
