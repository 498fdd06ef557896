import type { RunPart, StepTimes } from '../page-data.js';
import { bars } from './bars.js';
import { figure } from './figure.js';
import { table } from './table.js';
import { duration } from './wording.js';

const names: readonly (readonly [keyof StepTimes, string])[] = [
  ['rates', 'Reading and reducing rates'],
  ['providers', 'Reading and reducing providers'],
  ['merge', 'Merging into the outputs'],
  ['publish', 'Publishing'],
];

/** How long each step took, beside the run before. */
export function steps({ steps: now, previous, seconds }: RunPart): HTMLElement {
  const before = previous?.steps;
  // a record is published with the outputs: it does not know how long that took
  const known = names.filter(([step]) => step !== 'publish' || now.publish > 0);
  const rows = known.map(([step, label]) => ({ label, now: now[step], before: before?.[step] }));
  const longest = rows.reduce((most, one) => Math.max(most, one.now, one.before ?? 0), 0);
  const mark = before ? ' The dark mark is the run before.' : '';
  return figure({
    title: 'Time per step',
    note: `${duration(seconds)} until publishing began; steps may overlap.${mark}`,
    content: bars(
      rows.map((row) => `${row.label}: ${duration(row.now)}.`).join(' '),
      rows.map((row) => ({
        ...{ label: row.label, value: duration(row.now), from: 0, to: row.now },
        ...{ color: '--accent', mark: row.before },
      })),
      longest,
    ),
    numbers: table(
      'Time per step',
      [
        { name: 'Step' },
        { name: 'This run', isNumber: true },
        ...(before ? [{ name: 'The run before', isNumber: true }] : []),
      ],
      rows.map((row) => [
        row.label,
        duration(row.now),
        ...(row.before === undefined ? [] : [duration(row.before)]),
      ]),
    ),
  });
}
