import { count, counted } from '../../numbers.js';
import type { CodeSpread, FactsPart } from '../page-data.js';
import { element, quoted } from './element.js';
import { figure } from './figure.js';
import { PriceScale } from './price-scale.js';
import { type SpreadRow, spreadTable } from './spread-table.js';

/** Rows that are shown at first, and that each further look adds. */
const page = 25;

const orders = {
  rates: { name: 'most rates', of: ({ rates }: CodeSpread) => rates },
  median: {
    name: 'highest median',
    of: ({ median, unit }: CodeSpread) => (unit === 'dollars' ? median : -1),
  },
  range: {
    name: 'widest range',
    of: ({ max, least, unit }: CodeSpread) => (unit === 'dollars' && least !== null ? max / least : 0),
  },
  outliers: { name: 'most outliers', of: ({ outliers }: CodeSpread) => outliers ?? 0 },
  zeros: { name: 'most zeros', of: ({ zeros }: CodeSpread) => zeros },
} as const;

type Order = keyof typeof orders;

const isOrder = (name: string): name is Order => Object.hasOwn(orders, name);

/** The codes with the most rates, to be searched and put in order. */
export function codeList({ codes }: FactsPart): HTMLElement {
  const title = 'Rates by code';
  const search = element('input', {
    type: 'search',
    id: 'code-search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'such as 99213 or biopsy',
  });
  const order = element(
    'select',
    { id: 'code-order' },
    Object.entries(orders).map(([name, one]) => element('option', { value: name }, one.name)),
  );
  const told = element('p', { class: 'told', role: 'status' });
  const more = element('button', { type: 'button', class: 'more' }, 'Show more');
  const shown = element('div');
  const lines = codes.rows.map((row) => ({
    row,
    text: `${row.type} ${row.code} ${row.about}`.toLowerCase(),
  }));
  let limit = page;

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const by = orders[isOrder(order.value) ? order.value : 'rates'].of;
    const found = lines
      .filter(({ text }) => words.every((word) => text.includes(word)))
      .map(({ row }) => row)
      .sort((one, other) => by(other) - by(one));
    const rows = found.slice(0, limit);
    // on an axis of their own: of a search it shows more
    shown.replaceChildren(spreadTable(title, 'Code', rows.map(asRow), new PriceScale(rows)));
    told.textContent =
      found.length === 0
        ? `No code of the ${count(codes.rows.length)} here matches.`
        : `${count(rows.length)} of ${counted(found.length, 'code')} shown.`;
    more.hidden = rows.length === found.length;
  };
  const begin = () => {
    limit = page;
    show();
  };
  search.addEventListener('input', begin);
  order.addEventListener('change', begin);
  more.addEventListener('click', () => {
    limit += page;
    show();
  });
  show();
  const isCut = codes.total > codes.rows.length;
  const held = isCut
    ? `The ${count(codes.rows.length)} codes with the most rates, of ${count(codes.total)}.`
    : `All ${counted(codes.total, 'code')}.`;
  return figure({
    title,
    note: `${held} The line goes from the lowest to the highest price, the box from quartile to quartile (Q1, Q3), the bar in it is the median; a ring at the left stands for prices of zero. Outliers are over ten times the median of their code, or under a tenth of it. Percentages are left out of a code that has prices.`,
    content: [
      element(
        'div',
        { class: 'controls', role: 'search' },
        element('label', { for: 'code-search' }, 'Search codes'),
        search,
        element('label', { for: 'code-order' }, 'In order of'),
        order,
      ),
      told,
      shown,
      more,
    ],
  });
}

function asRow(spread: CodeSpread): SpreadRow {
  const { type, code, about } = spread;
  return {
    name: [
      element('span', { class: 'code' }, quoted(`${type} ${code}`)),
      about === '' ? null : element('span', { class: 'about' }, quoted(about)),
    ],
    spread,
  };
}
