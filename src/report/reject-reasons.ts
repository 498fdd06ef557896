/** Why rows are rejected (data contract, section 4), in words. */
export const rejectReasons: Readonly<Record<string, string>> = {
  payer_missing: 'rows without a payer',
  code_type_missing: 'rates without a type of code',
  code_missing: 'rates without a code',
  rate_missing: 'rates without a price',
  rate_not_numeric: 'rates whose price is no number',
  rate_not_finite: 'rates whose price is not finite',
  rate_out_of_range: 'rates of 1e15 and beyond',
  group_missing: 'provider rows without a group',
};
