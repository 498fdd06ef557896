import { bytes, count } from '../../numbers.js';
import type { RunPart } from '../page-data.js';
import { element, quoted } from './element.js';
import { block, notice } from './figure.js';
import { table } from './table.js';

/** What became of each table. */
export function tables({ tables: all }: RunPart): HTMLElement {
  const hasRemoved = all.some(({ removed }) => removed > 0);
  const names = ['Inserted', 'Filled', 'Kept', ...(hasRemoved ? ['Removed'] : []), 'Total', 'Size'];
  return block(
    'Tables',
    'Kept rows were there before; filled ones got an attribute that they lacked.',
    table(
      'Tables',
      [{ name: 'Table' }, ...names.map((name) => ({ name, isNumber: true }))],
      all.map(({ name, inserted, filled, kept, removed, total, bytes: size }) => [
        element('code', {}, name),
        ...[inserted, filled, kept, ...(hasRemoved ? [removed] : []), total].map(count),
        bytes(size),
      ]),
    ),
  );
}

/** The files that were read. */
export function inputs({ inputs: files }: RunPart): HTMLElement {
  return block(
    'Inputs',
    undefined,
    element(
      'ul',
      { class: 'files' },
      files.map(({ source, path, rows, bytes: size, footer }) =>
        element(
          'li',
          {},
          element('span', { class: 'path' }, quoted(path)),
          element(
            'span',
            { class: 'about' },
            `${source}, ${count(rows)} rows, ${bytes(size)}, footer ${footer.slice(0, 12)}`,
          ),
        ),
      ),
    ),
    files.length === 0 ? notice('plain', 'None.') : null,
  );
}

/** The settings that somebody gave. */
export function settings({ settings: given }: RunPart): HTMLElement {
  if (given.length === 0)
    return block('Settings', undefined, notice('plain', 'All settings had their defaults.'));
  return block(
    'Settings that were given',
    undefined,
    table(
      'Settings that were given',
      [{ name: 'Setting' }, { name: 'Value' }, { name: 'From' }],
      given.map(({ name, value, origin }) => [element('code', {}, quoted(name)), quoted(value), origin]),
    ),
  );
}

/** Rows that could not be read. */
export function leftOut({ leftOut: { total, rows } }: RunPart): HTMLElement | null {
  if (total === 0) return null;
  const lost = rows.reduce((sum, one) => sum + one.rows, 0);
  return block(
    'Left out',
    `${count(lost)} rows could not be read; the same command tries them again.`,
    table(
      'Left out',
      [{ name: 'Where' }, { name: 'Rows', isNumber: true }, { name: 'Why' }],
      rows.map(({ where, rows: size, reason }) => [quoted(where), count(size), quoted(reason)]),
    ),
  );
}
