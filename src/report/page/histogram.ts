import { axisX, axisY, gridY, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { count } from '../../numbers.js';
import type { FactsPart } from '../page-data.js';
import { chart, drawPlot } from './chart.js';
import { figure, notice } from './figure.js';
import { priceTicks } from './price-ticks.js';
import { table } from './table.js';
import { portion, priceTick, rate, tick } from './wording.js';

/** How many prices there are of each size. */
export function histogram({ histogram: bins, overall }: FactsPart): HTMLElement {
  const title = 'Prices by size';
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last || !overall)
    return figure({ title, content: notice('plain', 'There is no price above zero.') });
  const whole = bins.reduce((sum, { rates }) => sum + rates, 0);
  const median = overall.unit === 'dollars' && overall.median > 0 ? overall.median : null;
  const middle =
    median === null ? '' : `; half of all, zeros among them, are at or below ${rate(median, 'dollars')}`;
  return figure({
    title,
    note: `Prices above zero, in dollars, on a logarithmic axis${middle}. Percentages are not among them.`,
    content: chart(
      `Histogram of ${count(whole)} prices from ${priceTick(first.from)} to ${priceTick(last.to)}${middle}.`,
      (width) =>
        drawPlot({
          width,
          height: 240,
          ...{ marginLeft: 46, marginRight: 12, marginTop: 24, marginBottom: 32 },
          x: { type: 'log', domain: [first.from, last.to] },
          y: { nice: true },
          marks: [
            gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 4 }),
            axisY({ ticks: 4, tickFormat: tick, tickSize: 0, label: null, color: 'var(--muted)' }),
            axisX({
              ...{ ticks: priceTicks([first.from, last.to], width / 70), tickFormat: priceTick, tickSize: 4 },
              ...{ label: null, color: 'var(--muted)' },
            }),
            rectY(bins, { x1: 'from', x2: 'to', y: 'rates', fill: 'var(--accent)', inset: 0.5 }),
            ruleY([0], { stroke: 'var(--muted)' }),
            ...(median === null
              ? []
              : [
                  ruleX([median], { stroke: 'var(--ink)', strokeDasharray: '3 3' }),
                  text([median], {
                    x: (value: number) => value,
                    text: (value: number) => `median ${rate(value, 'dollars')}`,
                    ...{ frameAnchor: 'top', dy: -14, fill: 'var(--ink)' },
                  }),
                ]),
          ],
        }),
    ),
    numbers: table(
      title,
      [
        { name: 'From' },
        { name: 'To', isNumber: true },
        { name: 'Rates', isNumber: true },
        { name: 'Share', isNumber: true },
      ],
      bins
        .filter(({ rates }) => rates > 0)
        .map(({ from, to, rates }) => [
          rate(from, 'dollars'),
          rate(to, 'dollars'),
          count(rates),
          portion(rates, whole),
        ]),
    ),
  });
}
