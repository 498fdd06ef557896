/** What a warning counts. */
export const explanations: Readonly<Record<string, string>> = {
  rate_zero: 'rates of 0',
  rate_negative: 'rates below 0',
  rate_huge: 'rates over 1,000,000',
  rate_percentage: 'rates that are percentages',
  year_month_missing: 'rates without a month',
  provider_id_missing: 'rates without a provider group',
  npi_missing: 'provider rows without an NPI',
  tin_missing: 'provider rows without a TIN',
  groups_gained_members: 'groups of earlier runs that got more members: are they still the same people?',
};
