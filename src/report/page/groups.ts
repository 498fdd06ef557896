import { axisX, barX, text } from '@observablehq/plot';
import { count } from '../../numbers.js';
import type { FactsPart, RunPart } from '../page-data.js';
import { bars } from './bars.js';
import { chart, drawPlot } from './chart.js';
import { element } from './element.js';
import { figure, notice } from './figure.js';
import { table } from './table.js';
import { portion, tick } from './wording.js';

const kinds = [
  { key: 'npi', name: 'NPIs', color: '--accent' },
  { key: 'tin', name: 'TINs', color: '--second' },
] as const;

/** How many groups have how many members. */
export function groupSizes({ groupSizes: all }: FactsPart): HTMLElement {
  const largest = all.findLastIndex(({ npi, tin }) => npi + tin > 0);
  const sizes = all.slice(0, largest + 1);
  const title = 'Provider groups by size';
  const rows = kinds.flatMap(({ key, name, color }) =>
    sizes.map((one) => ({ size: one.size, kind: name, color, groups: one[key] })),
  );
  const total = sizes.reduce((sum, { npi }) => sum + npi, 0);
  if (total === 0) return figure({ title, content: notice('plain', 'There is no provider group.') });
  const most = rows.reduce((largest, { groups }) => Math.max(largest, groups), 0);
  return figure({
    title,
    note: `All ${count(total)} groups of these payers, by how many NPIs and how many TINs they have.`,
    content: [
      element(
        'p',
        { class: 'legend' },
        kinds.map(({ key, name }) => element('span', { class: `key ${key}` }, name)),
      ),
      chart(`Groups by how many members they have: ${count(total)} groups.`, (width) =>
        drawPlot({
          width,
          height: sizes.length * 34 + 30,
          ...{ marginLeft: 74, marginRight: 56, marginTop: 4, marginBottom: 26 },
          x: { domain: [0, most] },
          y: { domain: kinds.map(({ name }) => name), axis: null, padding: 0.08 },
          fy: { domain: sizes.map(({ size }) => size), padding: 0.25, axis: null },
          marks: [
            axisX({
              ticks: width < 500 ? 3 : 5,
              tickFormat: tick,
              tickSize: 0,
              label: null,
              color: 'var(--muted)',
            }),
            text(sizes, {
              fy: 'size',
              text: 'size',
              frameAnchor: 'left',
              textAnchor: 'end',
              dx: -8,
              fill: 'var(--ink)',
            }),
            barX(rows, {
              ...{ fy: 'size', y: 'kind', x: 'groups', rx: 1.5 },
              fill: ({ color }: (typeof rows)[number]) => `var(${color})`,
            }),
            text(
              rows.filter(({ groups }) => groups > 0),
              {
                ...{ fy: 'size', y: 'kind', x: 'groups', dx: 4, textAnchor: 'start', fill: 'var(--muted)' },
                text: ({ groups }: (typeof rows)[number]) => count(groups),
              },
            ),
          ],
        }),
      ),
    ],
    numbers: table(
      title,
      [
        { name: 'Members' },
        { name: 'Groups by NPIs', isNumber: true },
        { name: 'Groups by TINs', isNumber: true },
      ],
      sizes.map(({ size, npi, tin }) => [size, count(npi), count(tin)]),
    ),
  });
}

/** How many groups of the load, and how many of its facts, have members of a kind. */
export function coverage({ groups }: RunPart): HTMLElement {
  const title = 'Coverage by NPI and TIN';
  if (!groups)
    return figure({
      title,
      content: notice(
        'plain',
        'This run only tried again what another had left out: part of a load tells nothing of its groups.',
      ),
    });
  const rows = [
    { label: 'Groups with an NPI', part: groups.npi.groups, whole: groups.total, color: '--accent' },
    { label: 'Facts of such groups', part: groups.npi.facts, whole: groups.facts, color: '--accent' },
    { label: 'Groups with a TIN', part: groups.tin.groups, whole: groups.total, color: '--second' },
    { label: 'Facts of these', part: groups.tin.facts, whole: groups.facts, color: '--second' },
  ];
  const orphans = `${count(groups.ratesWithoutProviders)} groups are in the rates alone, ${count(groups.providersWithoutRates)} in the providers alone.`;
  return figure({
    title,
    note: `Of the ${count(groups.total)} groups that this run brought. ${orphans}`,
    content: bars(
      rows.map(({ label, part, whole }) => `${label}: ${count(part)} of ${count(whole)}.`).join(' '),
      rows.map(({ label, part, whole, color }) => ({
        ...{ label, color, value: `${count(part)} of ${count(whole)}  ${portion(part, whole)}` },
        ...{ from: 0, to: whole > 0 ? part / whole : 0 },
      })),
      1,
    ),
  });
}
