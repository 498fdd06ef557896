import { attributesOf, type Column, type Table } from '../tables/tables.js';

/** How the rows of a table on two sides meet. */
export interface RowRules {
  /** Rows that agree in these are held against each other. */
  readonly pairing: readonly Column[];
  /** What may differ between rows that are held against each other. */
  readonly compared: readonly Column[];
  /** Those compared columns that belong to the table's key: rows that agree in them and in the pairing are copies. */
  readonly identity: readonly Column[];
  /** Of copies that differ the whole row of the smallest values counts; else each column's smallest value. */
  readonly keepsWholeRow: boolean;
}

/** What a fact's key is not made of, or not as it is: the key holds the rate's text (data contract, section 4). */
const besidesFactKey = new Set(['fact_uid', 'negotiated_rate', 'reporting_entity_name']);

/**
 * Dimensions and cross-references pair by their key, facts by all that their key is made of but the rate, so that a
 * changed rate is a difference and not two rows that miss each other. `shared` are the columns that both sides have:
 * one that a side lacks pairs nothing, and is compared. Copies meet by the contract's rule (section 5).
 */
export function rulesFor(table: Table, shared: ReadonlySet<string>): RowRules {
  const isFact = table.name === 'fact_rate';
  const key = table.columns.filter(({ name }) => table.key.includes(name));
  const terms = table.columns.filter(({ name }) => shared.has(name) && !besidesFactKey.has(name));
  const pairing = isFact && terms.length > 0 ? terms : key;
  const identity = key.filter((column) => !pairing.includes(column));
  const attributes = attributesOf(table).filter((column) => !pairing.includes(column));
  return { pairing, compared: [...attributes, ...identity], identity, keepsWholeRow: isFact };
}
