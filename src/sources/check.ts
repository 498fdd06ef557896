import { EtlError } from '../errors.js';
import { type Layout, payerNameColumn, type Source, type Stored } from './sources.js';

/**
 * Checks the columns of one file against the contract (section 2) and gives those that the contract knows.
 * Throws `data` that names the file, the column, and what is there.
 */
export function checkLayout(
  source: Source,
  path: string,
  columns: ReadonlyMap<string, Stored>,
  isPayerGiven: boolean,
): Layout {
  const step = 'checking inputs';
  const required = isPayerGiven ? source.required : [...source.required, [payerNameColumn]];
  for (const alternatives of required) {
    if (alternatives.some((column) => columns.has(column))) continue;
    const there = [...columns.keys()].join(', ');
    const hint = alternatives.includes(payerNameColumn)
      ? '`--payer-slug` names the payer of a file that does not'
      : `is this a ${source.name} file? \`--${source.name}-file\` names another one`;
    throw new EtlError(
      'data',
      `${path}: required column missing: ${alternatives.join(' or ')}; the columns there are: ${there}`,
      { step, hint },
    );
  }
  const layout = new Map<string, Stored>();
  for (const { name, accepts } of source.columns) {
    const stored = columns.get(name);
    if (!stored) continue;
    if (!accepts.includes(stored.kind)) {
      throw new EtlError(
        'data',
        `${path}: column ${name} holds ${stored.kind}; expected ${accepts.filter((kind) => kind !== 'null').join(', ')}`,
        { step, hint: 'the extractor wrote a layout that is not part of the data contract' },
      );
    }
    layout.set(name, stored);
  }
  return layout;
}
