import { identifier } from '../load/sql.js';
import type { Column } from '../tables/tables.js';
import type { RowRules } from './rules.js';

export const sides = ['left', 'right'] as const;

export type Side = (typeof sides)[number];

export const list = (items: readonly string[]): string => items.join(', ');

export const names = (columns: readonly Column[]): string[] => columns.map(({ name }) => identifier(name));

/** A row in one number. Hashed twice: the sum of a bucket would not tell swapped last columns in one of a single round. */
export const digest = ({ compared }: RowRules): string =>
  `hash(hash(${list(['pairing', ...names(compared)])}))`;
