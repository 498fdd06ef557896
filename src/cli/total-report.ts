import { alignColumns, count, counted } from './format.js';
import type { Load } from './outcome.js';
import { type Fate, fateOf, type Total, workOf } from './total.js';

const names: Readonly<Record<Fate, string>> = {
  loaded: 'loaded',
  partial: 'partial',
  unchanged: 'nothing to do',
  failed: 'failed',
};

/** What came of several payers, for a person: a line each, and one for all. */
export function totalAsText(loads: readonly Load[], total: Total): string {
  const rows = loads.map((load) => {
    const { rates, providers, facts } = workOf(load);
    return [load.payer, names[fateOf(load)], count(facts), count(rates + providers), load.seconds.toFixed(1)];
  });
  const read = total.processed_rates + total.processed_providers;
  const lines = alignColumns([
    ['payer', 'outcome', 'inserted', 'rows read', 'seconds'],
    ...rows,
    ['total', '', count(total.facts_inserted), count(read), total.seconds.toFixed(1)],
  ]);
  return `\n${[headline(total), ...lines].join('\n')}\n`;
}

function headline(total: Total): string {
  const parts = [
    [total.loaded, 'loaded'],
    [total.partial, 'loaded but for rows that could not be read'],
    [total.unchanged, 'with nothing to do'],
    [total.failed, 'failed'],
    [total.not_begun, 'not begun'],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, fate]) => `${count(number)} ${fate}`);
  return `${counted(total.payers, 'payer')}: ${told.join(', ')}`;
}
