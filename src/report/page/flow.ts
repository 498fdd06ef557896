import { count } from '../../numbers.js';
import type { RunPart } from '../page-data.js';
import { bars } from './bars.js';
import { figure } from './figure.js';
import { table } from './table.js';
import { portion } from './wording.js';

/** From the rows of the input to the facts that they became. */
export function flow({ balance }: RunPart): HTMLElement {
  const { read, rejected, duplicates, known, inserted } = balance;
  const steps = [
    { label: 'Rows read', rows: read, color: '--ink-soft' },
    { label: 'Rejected', rows: rejected, color: '--rejected' },
    { label: 'Duplicates collapsed', rows: duplicates, color: '--duplicate' },
    { label: 'Already known', rows: known, color: '--known' },
    { label: 'Inserted as facts', rows: inserted, color: '--inserted' },
  ];
  let end = read;
  const all = steps.map(({ label, rows, color }, index) => {
    const to = end;
    if (index > 0) end -= rows;
    return { label, value: `${count(rows)}  ${portion(rows, read)}`, from: to - rows, to, color };
  });
  return figure({
    title: 'From rows to facts',
    note: 'Each step takes its rows away from what the step before left. What remains at the end is new.',
    content: bars(
      `Of ${count(read)} rows read, ${count(rejected)} were rejected, ${count(duplicates)} were duplicates, ${count(known)} were known already and ${count(inserted)} were inserted.`,
      all,
      read,
    ),
    numbers: table(
      'From rows to facts',
      [{ name: 'Step' }, { name: 'Rows', isNumber: true }, { name: 'Share', isNumber: true }],
      steps.map(({ label, rows }) => [label, count(rows), portion(rows, read)]),
    ),
  });
}
