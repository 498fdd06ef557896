import { axisX, dot, rect, ruleX, ruleY } from '@observablehq/plot';
import type { Spread } from '../page-data.js';
import { drawSilently } from './chart.js';
import { priceTicks } from './price-ticks.js';
import { priceTick } from './wording.js';

/** What is less is drawn as this: it is hardly meant as a price. */
const cent = 0.01;

/** Pixels that a box takes; it grows and shrinks with its cell. */
const width = 240;
const height = 26;
const mostTicks = 5;
const margins = { marginLeft: 12, marginRight: 12, marginTop: 0, marginBottom: 0 };

/** One logarithmic axis of prices that several spreads are drawn on. */
export class PriceScale {
  readonly #domain: readonly [number, number];

  constructor(spreads: readonly Spread[]) {
    const prices = spreads.filter(({ unit }) => unit === 'dollars');
    const lows = prices.flatMap(({ least }) => (least === null ? [] : Math.max(least, cent)));
    const highs = prices.map(({ max }) => max).filter((max) => max > 0);
    const low = lows.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
    const high = highs.reduce((one, other) => Math.max(one, other), 0);
    const isSpread = high > low;
    this.#domain = Number.isFinite(low) ? [isSpread ? low : low / 2, isSpread ? high : low * 2] : [1, 10];
  }

  /** The axis, for the head of a table. */
  drawAxis(): Element {
    return drawSilently({
      width,
      height: 24,
      ...{ ...margins, marginTop: 22 },
      x: { type: 'log', domain: [...this.#domain] },
      marks: [
        axisX({
          ...{
            anchor: 'top',
            ticks: priceTicks(this.#domain, mostTicks),
            tickFormat: priceTick,
            tickSize: 4,
          },
          ...{ label: null, color: 'var(--muted)' },
        }),
      ],
    });
  }

  /** A spread: from the least to the most a line, from quartile to quartile a box, and what is 0 at the very left. */
  draw(spread: Spread): Element | string {
    if (spread.unit === 'percent') return '';
    const [low, high] = this.#domain;
    const at = (value: number) => Math.min(Math.max(value, low), high);
    const isAbove = spread.max > 0;
    const box = { y1: -1, y2: 1 };
    return drawSilently({
      width,
      height,
      ...margins,
      x: { type: 'log', domain: [low, high], axis: null },
      y: { domain: [-1.7, 1.7], axis: null },
      marks: [
        ruleX(priceTicks(this.#domain, mostTicks), { stroke: 'var(--rule)' }),
        ...(isAbove
          ? [
              ruleY([0], {
                x1: at(spread.min),
                x2: at(spread.max),
                stroke: 'var(--accent)',
                strokeWidth: 1.5,
              }),
              ruleX([at(spread.min), at(spread.max)], {
                y1: -0.5,
                y2: 0.5,
                stroke: 'var(--accent)',
                strokeWidth: 1.5,
              }),
              rect([spread], {
                ...{ x1: at(spread.q1), x2: at(spread.q3), ...box },
                ...{ fill: 'var(--box)', stroke: 'var(--accent)', rx: 1.5 },
              }),
              ruleX([at(spread.median)], { ...box, stroke: 'var(--ink)', strokeWidth: 2 }),
            ]
          : []),
        ...(spread.zeros > 0
          ? [
              dot([low], {
                x: low,
                y: 0,
                dx: -6,
                r: 3.5,
                fill: 'var(--card)',
                stroke: 'var(--rejected)',
                strokeWidth: 1.5,
              }),
            ]
          : []),
      ],
    });
  }
}
