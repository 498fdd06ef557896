import { count } from '../../numbers.js';
import type { RunPart } from '../page-data.js';
import { element } from './element.js';
import { block, notice } from './figure.js';
import { table } from './table.js';
import { change, duration, megabytes, moment } from './wording.js';

/** What differs from the run of the same slice before. */
export function comparison(run: RunPart): HTMLElement {
  const { previous, payer, state, period } = run;
  const title = 'Beside the run before';
  if (!previous)
    return block(
      title,
      undefined,
      notice('plain', `No earlier run of ${payer}, ${state}, ${period} is on record in this data root.`),
    );
  const facts = run.tables.find(({ name }) => name === 'fact_rate')?.total ?? 0;
  const rows = [
    { name: 'Time', now: run.seconds, before: previous.seconds, told: duration },
    { name: 'Rates read', now: run.balance.read, before: previous.read, told: count },
    { name: 'Rejected', now: run.balance.rejected, before: previous.rejected, told: count },
    { name: 'Facts inserted', now: run.balance.inserted, before: previous.inserted, told: count },
    { name: 'Facts in all', now: facts, before: previous.facts, told: count },
    {
      name: 'Rows per second',
      now: perSecond(run.balance.read, run.seconds),
      before: perSecond(previous.read, previous.seconds),
      told: count,
    },
    { name: 'Peak memory', now: run.memory.peakMb, before: previous.peakMb, told: megabytes },
  ];
  return block(
    title,
    undefined,
    element('p', { class: 'note' }, `Run ${previous.id} of ${moment(previous.startedAt)}.`),
    table(
      title,
      [{ name: 'What' }, ...['This run', 'Before', 'Change'].map((name) => ({ name, isNumber: true }))],
      rows.map(({ name, now, before, told }) => [name, told(now), told(before), change(now, before)]),
    ),
  );
}

function perSecond(rows: number, seconds: number): number {
  return Math.round(rows / Math.max(seconds, 0.001));
}
