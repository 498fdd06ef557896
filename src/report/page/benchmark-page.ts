import { axisX, axisY, dot, gridY, lineY, ruleX, ruleY } from '@observablehq/plot';
import { count, counted } from '../../numbers.js';
import type { BenchmarkPage, Measured } from '../page-data.js';
import { chart, drawPlot } from './chart.js';
import { quoted } from './element.js';
import { block, figure, notice } from './figure.js';
import { frame, type Part, pair, tiles } from './frame.js';
import { table } from './table.js';
import { duration, megabytes, moment, tick } from './wording.js';

/** A page about a benchmark: time and memory over chunk sizes, and over rows. */
export function benchmarkPage(page: BenchmarkPage): readonly HTMLElement[] {
  return frame(
    {
      kind: 'etl1 · benchmark',
      title: `${count(page.rows)} rates`,
      status: null,
      facts: [
        'Loaded from ',
        quoted(page.input),
        `, ${counted(page.turns, 'turn')} of each size, within ${megabytes(page.limitMb)}, threads: ${page.threads}.`,
      ],
    },
    [overSizes(page), overRows(page)],
    `Made by ${page.madeBy}, ${moment(page.madeAt)}.`,
  );
}

/** A value of a measure, and how it is told. */
interface Value {
  readonly name: string;
  readonly of: (measured: Measured) => number;
  readonly told: (value: number) => string;
  readonly color: string;
}

const time: Value = { name: 'Seconds', of: ({ seconds }) => seconds, told: duration, color: 'var(--accent)' };
const memory: Value = {
  name: 'Peak memory in MB',
  of: ({ peakMb }) => peakMb,
  told: megabytes,
  color: 'var(--second)',
};

function overSizes({ sizes, recommended, rows }: BenchmarkPage): Part {
  const best = sizes.find(({ chunkSize }) => chunkSize === recommended);
  const x = ({ chunkSize }: Measured) => chunkSize;
  const curves = [time, memory].map((value) =>
    curve(
      `${value.name} over chunk size`,
      `Rows of a chunk, on a logarithmic axis.${best ? ' The dashed line is the recommended size.' : ''}`,
      sizes,
      {
        x,
        value,
        isLog: true,
        mark: recommended,
      },
    ),
  );
  return {
    id: 'sizes',
    title: 'Over chunk size',
    lead: best
      ? tiles([
          {
            name: 'Recommended',
            value: count(best.chunkSize),
            about: 'the least memory within 5% of the fastest',
          },
          {
            name: 'Time',
            value: duration(best.seconds),
            about: `${count(Math.round(rows / Math.max(best.seconds, 0.001)))} rates/s`,
          },
          { name: 'Peak memory', value: megabytes(best.peakMb), about: 'of the whole process' },
        ])
      : null,
    content: [pair(curves), measures('Chunk size', ({ chunkSize }) => counted(chunkSize, 'row'), sizes)],
  };
}

function overRows({ growth }: BenchmarkPage): Part {
  const x = ({ rows }: Measured) => rows;
  const content =
    growth.length < 2
      ? [notice('plain', 'How time and memory grow is measured with generated rates, which can be fewer.')]
      : [
          pair(
            [time, memory].map((value) =>
              curve(`${value.name} over rows`, 'With the recommended chunk size.', growth, {
                x,
                value,
                isLog: false,
                mark: null,
              }),
            ),
          ),
          measures('Loaded', ({ rows: loaded }) => counted(loaded, 'rate'), growth),
        ];
  return { id: 'rows', title: 'Over rows', lead: null, content };
}

interface Axes {
  readonly x: (measured: Measured) => number;
  readonly value: Value;
  readonly isLog: boolean;
  /** A place on the axis that stands out. */
  readonly mark: number | null;
}

function curve(
  title: string,
  note: string,
  all: readonly Measured[],
  { x, value, isLog, mark }: Axes,
): HTMLElement {
  const data = [...all];
  const told = data.map((one) => `${count(x(one))}: ${value.told(value.of(one))}`).join('; ');
  return figure({
    title,
    note,
    content: chart(`${title}. ${told}.`, (width) =>
      drawPlot({
        width,
        height: 230,
        ...{ marginLeft: 52, marginRight: 20, marginTop: 12, marginBottom: 30 },
        x: isLog ? { type: 'log' } : { zero: true, nice: true },
        y: { zero: true, nice: true },
        marks: [
          gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 4 }),
          axisY({ ticks: 4, tickFormat: tick, tickSize: 0, label: null, color: 'var(--muted)' }),
          axisX({
            ticks: isLog ? data.map(x) : 4,
            tickFormat: tick,
            tickSize: 4,
            label: null,
            color: 'var(--muted)',
          }),
          ruleY([0], { stroke: 'var(--muted)' }),
          ...(mark === null ? [] : [ruleX([mark], { stroke: 'var(--ink)', strokeDasharray: '3 3' })]),
          lineY(data, { x, y: value.of, stroke: value.color, strokeWidth: 2 }),
          dot(data, { x, y: value.of, fill: value.color, r: 4 }),
        ],
      }),
    ),
  });
}

function measures(
  subject: string,
  nameOf: (measured: Measured) => string,
  all: readonly Measured[],
): HTMLElement {
  const title = 'The numbers';
  return block(
    title,
    'Seconds are those of the whole process, then those of its steps.',
    table(
      title,
      [
        { name: subject },
        ...['Seconds', 'Rows/s', 'Peak MB', 'Rates', 'Providers', 'Merge', 'Publish'].map((name) => ({
          name,
          isNumber: true,
        })),
      ],
      all.map((measured) => [
        nameOf(measured),
        measured.seconds.toFixed(2),
        count(Math.round(measured.rows / Math.max(measured.seconds, 0.001))),
        count(measured.peakMb),
        ...[measured.steps.rates, measured.steps.providers, measured.steps.merge, measured.steps.publish].map(
          (step) => step.toFixed(2),
        ),
      ]),
    ),
  );
}
