import { barX, text, tickX } from '@observablehq/plot';
import { chart, drawPlot } from './chart.js';

/** A bar with a label above it. */
export interface Bar {
  readonly label: string;
  /** What it comes to, as it is told. */
  readonly value: string;
  readonly from: number;
  readonly to: number;
  /** A colour of the style, such as `--accent`. */
  readonly color: string;
  /** Something to compare its end with. */
  readonly mark?: number | undefined;
}

const bandHeight = 46;
const labelHeight = 20;
const barHeight = 15;
/** What is there shows, however little it is. */
const leastPixels = 2;

/** Bars below one another, on one scale from 0 to `whole`. */
export function bars(label: string, all: readonly Bar[], whole: number): HTMLElement {
  const end = whole > 0 ? whole : 1;
  return chart(label, (width) => {
    const least = (end / width) * leastPixels;
    const seen = all.map((bar) => ({
      ...bar,
      from: bar.to > bar.from ? Math.max(0, Math.min(bar.from, bar.to - least)) : bar.from,
      to: bar.to > bar.from ? Math.min(end, Math.max(bar.to, bar.from + least)) : bar.to,
    }));
    const y = (bar: Bar) => bar.label;
    const place = { insetTop: labelHeight, insetBottom: bandHeight - labelHeight - barHeight };
    const words = { y, dy: -(bandHeight / 2) + labelHeight / 2, fontSize: 13 };
    return drawPlot({
      width,
      height: all.length * bandHeight,
      ...{ marginTop: 0, marginBottom: 0, marginLeft: 0, marginRight: 0 },
      x: { domain: [0, end], axis: null },
      y: { domain: all.map(y), axis: null, padding: 0 },
      marks: [
        barX(seen, { y, x1: 0, x2: end, fill: 'var(--track)', rx: 2, ...place }),
        barX(seen, { y, x1: 'from', x2: 'to', fill: (bar: Bar) => `var(${bar.color})`, rx: 2, ...place }),
        tickX(
          seen.filter(({ mark }) => mark !== undefined && mark <= end),
          { y, x: 'mark', stroke: 'var(--ink)', strokeWidth: 2, ...place, insetTop: labelHeight - 3 },
        ),
        text(all, { ...words, text: 'label', frameAnchor: 'left', textAnchor: 'start', fill: 'var(--ink)' }),
        text(all, {
          ...words,
          ...{ text: 'value', frameAnchor: 'right', textAnchor: 'end', fill: 'var(--ink)' },
          fontVariant: 'tabular-nums',
        }),
      ],
    });
  });
}
