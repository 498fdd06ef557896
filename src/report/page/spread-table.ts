import { count } from '../../numbers.js';
import type { Spread } from '../page-data.js';
import { type Child, element } from './element.js';
import type { PriceScale } from './price-scale.js';
import { rate } from './wording.js';

/** What a row of spreads is about. */
export interface SpreadRow {
  readonly name: Child;
  readonly spread: Spread;
}

const statistics = ['min', 'q1', 'median', 'q3', 'max'] as const;

const names: Readonly<Record<(typeof statistics)[number], string>> = {
  min: 'Min',
  q1: 'Q1',
  median: 'Median',
  q3: 'Q3',
  max: 'Max',
};

/** A table of spreads: count, a box on the axis that all share, and the numbers of the box. */
export function spreadTable(
  caption: string,
  subject: string,
  rows: readonly SpreadRow[],
  scale: PriceScale,
): HTMLElement {
  return element(
    'table',
    { class: 'spreads' },
    element('caption', { class: 'unseen' }, caption),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, subject),
        element('th', { scope: 'col', class: 'number' }, 'Rates'),
        element(
          'th',
          { scope: 'col', class: 'axis' },
          element('span', { class: 'unseen' }, 'Drawn'),
          scale.drawAxis(),
        ),
        statistics.map((name) => element('th', { scope: 'col', class: 'number' }, names[name])),
      ),
    ),
    element('tbody', {}, spreadRows(rows, scale)),
  );
}

function spreadRows(rows: readonly SpreadRow[], scale: PriceScale): HTMLElement[] {
  return rows.map(({ name, spread }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name, tags(spread)),
      element('td', { class: 'number', 'data-name': 'Rates' }, count(spread.rates)),
      element('td', { class: 'drawn' }, scale.draw(spread)),
      statistics.map((statistic) =>
        element(
          'td',
          { class: `number ${statistic}`, 'data-name': names[statistic] },
          rate(spread[statistic], spread.unit),
        ),
      ),
    ),
  );
}

/** What is unusual among rates. */
function tags({ rates, zeros, percentages, outliers }: Spread): Child {
  const all = [
    zeros > 0 ? element('span', { class: 'tag zero' }, `${count(zeros)} zero`) : null,
    percentages > 0
      ? element(
          'span',
          { class: 'tag percentage' },
          percentages === rates ? 'percentages' : `${count(percentages)} in percent`,
        )
      : null,
    outliers !== null && outliers > 0
      ? element('span', { class: 'tag outlier' }, `${count(outliers)} outlier${outliers === 1 ? '' : 's'}`)
      : null,
  ].filter((tag) => tag !== null);
  return all.length === 0 ? null : element('span', { class: 'tags' }, all);
}
