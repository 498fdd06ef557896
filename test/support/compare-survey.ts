import { expect } from 'vitest';
import type { Summary } from '../../src/pipeline/summary.js';
import type { Survey } from '../model/survey.js';

/** Expects a summary to count rows and groups as the model does, and to show an example of all that it counts. */
export function expectSurvey(summary: Summary, expected: Survey): void {
  expect(surveyIn(summary)).toEqual(expected);
  const { groups } = summary;
  for (const orphans of [groups?.rates_without_providers, groups?.providers_without_rates])
    expect(orphans?.example === null).toBe(orphans?.groups === 0);
  expect(Object.keys(summary.warning_examples)).toEqual(Object.keys(summary.warnings));
  for (const source of ['rates', 'providers'] as const)
    expect(Object.keys(summary.reject_examples[source])).toEqual(Object.keys(summary.rejects[source]));
}

/** The numbers of a summary that the model has too. */
export function surveyIn({ balance, groups }: Summary): Survey {
  if (groups === null) throw new RangeError('the summary says nothing of groups');
  const { total, in_rates, in_providers, rates_without_providers, providers_without_rates, npi, tin } =
    groups;
  return {
    balance,
    groups: {
      total,
      in_rates,
      in_providers,
      rates_without_providers: rates_without_providers.groups,
      providers_without_rates: providers_without_rates.groups,
      groups_with_npi: npi.groups,
      groups_with_tin: tin.groups,
      facts_with_npi: npi.facts,
      facts_with_tin: tin.facts,
    },
  };
}
