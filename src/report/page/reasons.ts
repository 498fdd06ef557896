import { count, counted } from '../../numbers.js';
import type { Reason, RunPart } from '../page-data.js';
import { element, quoted } from './element.js';
import { block, notice } from './figure.js';

/** Rows that were rejected, and rows that were loaded but are worth a look, by reason, with some of them. */
export function reasons({ rejects, rejectsFolder, warnings }: RunPart): HTMLElement[] {
  const folder = rejectsFolder === null ? undefined : `Kept whole in ${rejectsFolder}.`;
  return [
    rejects.total === 0
      ? block('Rejected rows', undefined, notice('plain', 'No row was rejected.'))
      : block(
          'Rejected rows',
          folder,
          rejects.rows.map((one) => reason(one, `${one.source} ${one.reason}`, 'rejected')),
          cut(rejects),
        ),
    warnings.total === 0
      ? block('Worth a look', undefined, notice('plain', 'Nothing that was loaded is unusual.'))
      : block(
          'Worth a look',
          'Loaded as they were published.',
          warnings.rows.map((one) => reason(one, one.reason, 'warned')),
          cut(warnings),
        ),
  ];
}

function reason({ about, rows, examples }: Reason, name: string, kind: string): HTMLElement {
  const head = [
    element('span', { class: 'count' }, count(rows)),
    element('span', { class: 'name' }, quoted(name)),
    element('span', { class: 'about' }, about),
  ];
  if (examples.length === 0)
    return element('div', { class: `reason ${kind}` }, element('div', { class: 'head' }, head));
  return element(
    'details',
    { class: `reason ${kind}` },
    element('summary', { class: 'head' }, head),
    examples.map(({ title, values }) =>
      element(
        'div',
        { class: 'example' },
        element('p', { class: 'title' }, quoted(title)),
        element(
          'dl',
          {},
          values.map(({ name: column, value }) =>
            element(
              'div',
              {},
              element('dt', {}, quoted(column)),
              element(
                'dd',
                {},
                value === null
                  ? element('em', {}, 'null')
                  : value === ''
                    ? element('em', {}, 'empty')
                    : quoted(value),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

function cut({
  total,
  rows,
}: {
  readonly total: number;
  readonly rows: readonly unknown[];
}): HTMLElement | null {
  const more = total - rows.length;
  return more > 0
    ? element('p', { class: 'note' }, `${counted(more, 'more reason')} in the record of the run.`)
    : null;
}
