import { count } from '../../numbers.js';
import type { FactsPart, LabelledSpread } from '../page-data.js';
import { element, quoted } from './element.js';
import { figure } from './figure.js';
import { PriceScale } from './price-scale.js';
import { spreadTable } from './spread-table.js';

interface Values {
  readonly total: number;
  readonly rows: readonly LabelledSpread[];
}

/** Rates by the values of columns, on one axis for all of them. */
export function groupings({ classes, types, posSets }: FactsPart): HTMLElement[] {
  const scale = new PriceScale([...classes.rows, ...types.rows, ...posSets.rows]);
  return [
    grouping('By billing class', 'Class', classes, scale),
    grouping('By negotiated type', 'Type', types, scale),
    grouping('By place of service', 'Set of places', posSets, scale),
  ];
}

function grouping(title: string, subject: string, { total, rows }: Values, scale: PriceScale): HTMLElement {
  const named = rows.map((spread) => ({
    name: spread.label === '' ? element('em', {}, 'not stated') : quoted(spread.label),
    spread,
  }));
  const note =
    total > rows.length ? { note: `The ${count(rows.length)} with the most rates, of ${count(total)}.` } : {};
  return figure({ title, ...note, content: spreadTable(title, subject, named, scale) });
}
