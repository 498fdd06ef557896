/** What an element holds. A text is never taken for markup. */
export type Child = Node | string | null | readonly Child[];

type Attributes = Readonly<Record<string, string | number | null>>;

/** Makes an element; an attribute that is null is left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null) made.setAttribute(name, String(value));
  appendAll(made, children);
  return made;
}

/** A text of the data: its direction is its own, whatever is around it. */
export function quoted(text: string): HTMLElement {
  return element('bdi', {}, text);
}

function appendAll(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null) continue;
    if (typeof child === 'string' || child instanceof Node) parent.append(child);
    else appendAll(parent, child);
  }
}
