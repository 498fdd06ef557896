import type { ColumnSchema } from './schema.js';

/** The largest levels of a column: how often a row can repeat it, and how many of its names can be absent. */
export interface Levels {
  readonly repetition: number;
  readonly definition: number;
  /** The smallest definition level of an entry of a list; 0 where the column is none. */
  readonly listed: number;
}

/** The levels of a column that is one value, or a list of them; null for one of several parts. */
export function levelsOf({ elements }: ColumnSchema): Levels | null {
  if (elements.some(({ num_children: children = 0 }) => children > 1)) return null;
  const kinds = elements.map(({ repetition_type: repetition = 'REQUIRED' }) => repetition);
  const definitionOf = (names: typeof kinds) => names.filter((kind) => kind !== 'REQUIRED').length;
  return {
    repetition: kinds.filter((kind) => kind === 'REPEATED').length,
    definition: definitionOf(kinds),
    listed: definitionOf(kinds.slice(0, kinds.lastIndexOf('REPEATED') + 1)),
  };
}

/** Bits that a level takes. */
export function widthOf(mostLevel: number): number {
  return 32 - Math.clz32(mostLevel);
}
