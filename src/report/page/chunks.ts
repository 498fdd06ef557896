import { axisX, axisY, dot, gridY, lineY, type Markish, ruleY, text } from '@observablehq/plot';
import { count, counted } from '../../numbers.js';
import type { RunPart } from '../page-data.js';
import { bars } from './bars.js';
import { chart, drawPlot } from './chart.js';
import { element } from './element.js';
import { block, figure, notice } from './figure.js';
import { table } from './table.js';
import { duration, megabytes, portion, tick } from './wording.js';

type Chunks = NonNullable<RunPart['chunks']>;
type Point = Chunks['points'][number];

const colors: Readonly<Record<string, string>> = { rates: 'var(--accent)', providers: 'var(--second)' };
const colorOf = ({ source }: Point) => colors[source] ?? 'var(--accent)';

/** Memory and speed over the chunks of a run. */
export function chunks(run: RunPart): HTMLElement[] {
  const { chunks: record } = run;
  if (!record)
    return [
      peak(run),
      figure({
        title: 'Memory and speed over chunks',
        content: notice('plain', 'The record of this run does not have its chunks.'),
      }),
    ];
  if (record.points.length === 0)
    return [
      peak(run),
      figure({
        title: 'Memory and speed over chunks',
        content: notice('plain', 'No chunk was worked on: there were no rows, or all was staged before.'),
      }),
    ];
  return [peak(run), memory(run, record), speed(record), slowest(record)];
}

/** The peak against the limit, whatever their size. */
function peak({ memory: { peakMb, limitMb } }: RunPart): HTMLElement {
  const limit = limitMb ?? peakMb;
  const told = limitMb === null ? '' : `  ${portion(peakMb, limitMb)} of the limit`;
  return figure({
    title: 'Peak memory',
    ...(limitMb === null ? {} : { note: `The limit was ${megabytes(limitMb)}.` }),
    content: bars(
      `Peak memory ${megabytes(peakMb)}${limitMb === null ? '' : ` of a limit of ${megabytes(limitMb)}`}.`,
      [
        {
          ...{
            label: 'Resident set',
            value: `${megabytes(peakMb)}${told}`,
            from: 0,
            to: Math.min(peakMb, limit),
          },
          color: peakMb > limit ? '--rejected' : '--accent',
        },
      ],
      limit,
    ),
  });
}

const frame = { height: 200, marginLeft: 54, marginRight: 16, marginTop: 14, marginBottom: 30 };

function axes(width: number): Markish[] {
  return [
    gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 4 }),
    axisY({ ticks: 4, tickFormat: tick, tickSize: 0, label: null, color: 'var(--muted)' }),
    axisX({
      ticks: width < 500 ? 4 : 8,
      tickFormat: (value: number) => `${tick(value)} s`,
      tickSize: 4,
      label: null,
      color: 'var(--muted)',
    }),
  ];
}

/** A line for each source, and its points where they are few enough to be told apart. */
function curve(points: readonly Point[], y: (point: Point) => number): Markish[] {
  const data = [...points];
  return [
    lineY(data, { x: 'ended', y, z: 'source', stroke: colorOf, strokeWidth: 1.75, curve: 'monotone-x' }),
    ...(points.length > 60 ? [] : [dot(data, { x: 'ended', y, fill: colorOf, r: 3 })]),
  ];
}

const legend = (points: readonly Point[]) =>
  element(
    'p',
    { class: 'legend' },
    [...new Set(points.map(({ source }) => source))].map((source) =>
      element('span', { class: `key ${source === 'rates' ? 'npi' : 'tin'}` }, source),
    ),
  );

const about = ({ total, points }: Chunks) =>
  total > points.length
    ? `${counted(total, 'chunk')}, neighbours drawn as one: ${count(points.length)} points.`
    : `${counted(total, 'chunk')}, each where it ended.`;

function memory({ memory: { limitMb } }: RunPart, record: Chunks): HTMLElement {
  const { points } = record;
  const most = points.reduce((largest, { rssMb }) => Math.max(largest, rssMb), 0);
  const isNear = limitMb !== null && limitMb <= most * 3;
  const limit =
    limitMb === null
      ? ''
      : isNear
        ? ' The dashed line is the limit.'
        : ` The limit, ${megabytes(limitMb)}, is far above.`;
  return figure({
    title: 'Memory over chunks',
    note: `Resident set in MB, by seconds since the start. ${about(record)}${limit}`,
    content: [
      legend(points),
      chart(`Memory over ${counted(record.total, 'chunk')}: at most ${megabytes(most)}.${limit}`, (width) =>
        drawPlot({
          width,
          ...frame,
          x: { nice: true, domain: [0, lastOf(points)] },
          y: { domain: [0, isNear ? Math.max(limitMb, most) * 1.05 : most * 1.15], nice: true },
          marks: [
            ...axes(width),
            ...(isNear
              ? [
                  ruleY([limitMb], { stroke: 'var(--rejected)', strokeDasharray: '5 4' }),
                  text([limitMb], {
                    ...{ y: limitMb, frameAnchor: 'right', textAnchor: 'end', dy: -8, fill: 'var(--ink)' },
                    text: (mb: number) => `limit ${megabytes(mb)}`,
                  }),
                ]
              : []),
            ...curve(points, ({ rssMb }) => rssMb),
          ],
        }),
      ),
    ],
    numbers: pointTable('Memory over chunks', points),
  });
}

const speedOf = ({ rows, seconds }: Point) => rows / Math.max(seconds, 0.001);
const lastOf = (points: readonly Point[]) => points.reduce((last, { ended }) => Math.max(last, ended), 0);

function speed(record: Chunks): HTMLElement {
  const { points } = record;
  return figure({
    title: 'Rows per second over chunks',
    note: 'Of a chunk, from the moment its rows are in memory; neighbours that are reduced at once share the time. Several are worked on at a time.',
    content: [
      legend(points),
      chart(`Rows per second over ${counted(record.total, 'chunk')}.`, (width) =>
        drawPlot({
          width,
          ...frame,
          x: { nice: true, domain: [0, lastOf(points)] },
          y: { nice: true, zero: true },
          marks: [...axes(width), ...curve(points, speedOf)],
        }),
      ),
    ],
    numbers: pointTable('Rows per second over chunks', points),
  });
}

function pointTable(caption: string, points: readonly Point[]): HTMLElement {
  return table(
    caption,
    [
      { name: 'Source' },
      ...['Chunks', 'Rows', 'Seconds', 'Rows/s', 'Ended', 'MB'].map((name) => ({ name, isNumber: true })),
    ],
    points.map((point) => [
      point.source,
      ...[point.chunks, point.rows].map(count),
      point.seconds.toFixed(2),
      count(Math.round(speedOf(point))),
      duration(point.ended),
      count(point.rssMb),
    ]),
  );
}

function slowest({ slowest: rows }: Chunks): HTMLElement {
  return block(
    'Slowest chunks',
    undefined,
    table(
      'Slowest chunks',
      [{ name: 'Chunk' }, ...['First row', 'Rows', 'Time', 'MB'].map((name) => ({ name, isNumber: true }))],
      rows.map(({ source, chunk, firstRow, rows: size, seconds, rssMb }) => [
        `${source} ${count(chunk)}`,
        count(firstRow),
        count(size),
        duration(seconds),
        count(rssMb),
      ]),
    ),
  );
}
