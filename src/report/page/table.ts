import { type Child, element } from './element.js';

/** A column: whether its cells are numbers, set to the right. */
export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

/** On a narrow screen the cells of a row with more are below one another. */
const mostBeside = 4;

/** Rows of cells under their columns. The first cell of a row says what the row is about. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const classOf = (index: number) => (columns[index]?.isNumber ? 'number' : null);
  const head = columns.map(({ name }, index) => element('th', { scope: 'col', class: classOf(index) }, name));
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      cells.map((cell, index) =>
        index === 0
          ? element('th', { scope: 'row', class: classOf(0) }, cell)
          : element('td', { class: classOf(index), 'data-name': columns[index]?.name ?? null }, cell),
      ),
    ),
  );
  const whole = element(
    'table',
    { class: columns.length > mostBeside ? 'stacked' : null },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, body),
  );
  return scrolling(caption, whole);
}

/** Lets what is too wide be scrolled by itself, also by the keyboard. */
function scrolling(label: string, content: HTMLElement): HTMLElement {
  const frame = element('div', { class: 'scroll' }, content);
  new ResizeObserver(() => {
    const isWide = frame.scrollWidth > frame.clientWidth;
    const attributes = { tabindex: '0', role: 'region', 'aria-label': `${label}, scrollable` };
    for (const [name, value] of Object.entries(attributes)) {
      if (isWide) frame.setAttribute(name, value);
      else frame.removeAttribute(name);
    }
  }).observe(frame);
  return frame;
}
