import { type Child, element } from './element.js';

/** What a figure shows, and how else that can be read. */
export interface FigureParts {
  readonly title: string;
  readonly note?: string;
  readonly content: Child;
  /** The same as numbers. */
  readonly numbers?: HTMLElement;
}

/** A titled part of the page. */
export function figure({ title, note, content, numbers }: FigureParts): HTMLElement {
  return element(
    'figure',
    {},
    element(
      'figcaption',
      {},
      element('h3', {}, title),
      note === undefined ? null : element('p', { class: 'note' }, note),
    ),
    content,
    numbers === undefined
      ? null
      : element(
          'details',
          {},
          element('summary', {}, 'The numbers', element('span', { class: 'unseen' }, ` of: ${title}`)),
          numbers,
        ),
  );
}

/** A part of the page without a chart. */
export function block(title: string, note: string | undefined, ...content: readonly Child[]): HTMLElement {
  return element(
    'section',
    { class: 'block' },
    element('h3', {}, title),
    note === undefined ? null : element('p', { class: 'note' }, note),
    content,
  );
}

/** Something to know before reading on. */
export function notice(kind: 'plain' | 'warning', ...content: readonly Child[]): HTMLElement {
  return element('p', { class: `notice ${kind}` }, content);
}
