import { areaY, axisX, axisY, dot, gridY, lineY, type Markish, rectY } from '@observablehq/plot';
import { count } from '../../numbers.js';
import type { FactsPart, LabelledSpread } from '../page-data.js';
import { chart, drawPlot } from './chart.js';
import { figure, notice } from './figure.js';
import { priceTicks } from './price-ticks.js';
import { table } from './table.js';
import { month, priceTick, rate, tick } from './wording.js';

/** Rates over the months that the outputs have of these payers. */
export function months({ months: { rows, total } }: FactsPart): HTMLElement {
  const title = 'Rates over months';
  const named = rows.filter(({ label }) => label !== '').toReversed();
  if (named.length < 2)
    return figure({
      title,
      content: notice(
        'plain',
        'The outputs have one month of these payers: from the second on, it is compared here.',
      ),
    });
  const cut = total > rows.length ? ` The last ${count(rows.length)} of ${count(total)}.` : '';
  return figure({
    title,
    note: `All months of these payers in the outputs: the median, and the middle half as a band; below it, how many rates there are.${cut}`,
    content: [prices(named), counts(named)],
    numbers: table(
      title,
      [
        { name: 'Month' },
        ...['Rates', 'Quartile 1', 'Median', 'Quartile 3'].map((name) => ({ name, isNumber: true })),
      ],
      named.map(({ label, rates, q1, median, q3, unit }) => [
        month(label),
        count(rates),
        ...[q1, median, q3].map((value) => rate(value, unit)),
      ]),
    ),
  });
}

/** A month where it is on an axis of time; nothing of what is no month. */
function timed<Row extends { readonly label: string }>(
  rows: readonly Row[],
): (Row & { readonly at: Date })[] {
  return rows
    .map((row) => ({ ...row, at: new Date(`${row.label}-01T00:00:00Z`) }))
    .filter(({ at }) => !Number.isNaN(at.getTime()));
}

const frame = { marginLeft: 52, marginRight: 16, marginTop: 12, marginBottom: 32 };

function monthAxis(width: number, points: readonly unknown[]): Markish {
  const ticks = Math.min(points.length, width < 500 ? 3 : 8);
  return axisX({ ticks, tickSize: 4, label: null, color: 'var(--muted)' });
}

function counts(rows: readonly LabelledSpread[]): HTMLElement | null {
  const points = timed(rows);
  if (points.length < 2) return null;
  return chart(`How many rates each of ${count(points.length)} months has.`, (width) =>
    drawPlot({
      width,
      height: 130,
      ...frame,
      x: { type: 'utc' },
      y: { nice: true, zero: true },
      marks: [
        gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 3 }),
        axisY({ ticks: 3, tickFormat: tick, tickSize: 0, label: null, color: 'var(--muted)' }),
        monthAxis(width, points),
        rectY(points, { x: 'at', interval: 'month', y: 'rates', fill: 'var(--accent)', inset: 1 }),
      ],
    }),
  );
}

function prices(rows: readonly LabelledSpread[]): HTMLElement | null {
  const points = timed(rows.filter(({ unit, q1 }) => unit === 'dollars' && q1 > 0));
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 2 || !first || !last) return null;
  const text = `The median price went from ${rate(first.median, 'dollars')} in ${month(first.label)} to ${rate(last.median, 'dollars')} in ${month(last.label)}.`;
  const low = points.reduce((least, { q1 }) => Math.min(least, q1), first.q1) / 1.1;
  const high = points.reduce((most, { q3 }) => Math.max(most, q3), first.q3) * 1.1;
  return chart(text, (width) =>
    drawPlot({
      width,
      height: 220,
      ...frame,
      x: { type: 'utc' },
      y: { type: 'log', domain: [low, high] },
      marks: [
        gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: priceTicks([low, high], 6) }),
        axisY({
          ...{ ticks: priceTicks([low, high], 6), tickFormat: priceTick, tickSize: 0 },
          ...{ label: null, color: 'var(--muted)' },
        }),
        monthAxis(width, points),
        areaY(points, { x: 'at', y1: 'q1', y2: 'q3', fill: 'var(--box)' }),
        lineY(points, { x: 'at', y: 'median', stroke: 'var(--accent)', strokeWidth: 2 }),
        dot(points, { x: 'at', y: 'median', fill: 'var(--accent)', r: 3.5 }),
      ],
    }),
  );
}
