import type { RunEvent } from '../pipeline/events.js';

/** What an event says, under the names of JSON. */
export function fieldsOf({ type: _, ...event }: RunEvent): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [inSnakeCase(name), rounded(value)]),
  );
}

/** Seconds to the millisecond. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function inSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
