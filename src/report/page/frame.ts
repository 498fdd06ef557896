import { type Child, element } from './element.js';

/** A part of the page that the list at its top leads to. */
export interface Part {
  readonly id: string;
  readonly title: string;
  readonly lead: Child;
  readonly content: readonly Child[];
}

/** What stands at the head of a page. */
export interface Head {
  readonly kind: string;
  readonly title: string;
  readonly status: HTMLElement | null;
  readonly facts: Child;
}

/** A number that a reader looks for first. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly about: string;
}

/** Puts a page together: its head, a list of its parts, the parts, and what made it. */
export function frame(head: Head, parts: readonly Part[], madeBy: string): readonly HTMLElement[] {
  return [
    element('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    element(
      'header',
      {},
      element('p', { class: 'kind' }, head.kind),
      element('div', { class: 'headline' }, element('h1', {}, head.title), head.status),
      element('p', { class: 'facts' }, head.facts),
      element(
        'nav',
        { 'aria-label': 'Parts of this page' },
        parts.map(({ id, title }) => element('a', { href: `#${id}` }, title)),
      ),
    ),
    element(
      'main',
      { id: 'main', tabindex: '-1' },
      parts.map(({ id, title, lead, content }) =>
        element(
          'section',
          { class: 'part', id, 'aria-labelledby': `${id}-title` },
          element('h2', { id: `${id}-title` }, title),
          lead,
          content,
        ),
      ),
    ),
    element('footer', {}, element('p', {}, madeBy)),
  ];
}

export function tiles(all: readonly Tile[]): HTMLElement {
  return element(
    'dl',
    { class: 'tiles' },
    all.map(({ name, value, about }) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', { class: 'value' }, value),
        element('dd', { class: 'about' }, about),
      ),
    ),
  );
}

/** Things side by side where there is room. */
export function pair(...content: readonly Child[]): HTMLElement {
  return element('div', { class: 'pair' }, content);
}
