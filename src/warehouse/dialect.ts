/**
 * What SQL engines say in different words. Everything else of a load is the same SQL for all of them, so that a further
 * engine is one more dialect. Arguments and results are SQL expressions unless they are said to be plain texts.
 *
 * Patterns are regular expressions in what Java, RE2 and their kin share; a match may be anywhere in a text.
 */
export interface Dialect {
  readonly name: string;
  /** A plain text as the name of a column or a view. */
  readonly identifier: (name: string) => string;
  /** A plain text as a value. */
  readonly literal: (text: string) => string;
  /** A plain number as a double. */
  readonly number: (value: number) => string;
  readonly asText: (value: string) => string;
  /** The text of a column; ends a query where its bytes are no UTF-8, as a damaged page may leave them. */
  readonly soundText: (column: string) => string;
  readonly asDouble: (value: string) => string;
  readonly asWhole: (value: string) => string;
  /** The digits of a decimal, without an exponent. */
  readonly decimalText: (value: string) => string;
  /** All digits of a double that is a whole number. */
  readonly allDigits: (value: string) => string;
  /** The fewest digits of a float or double that tell it from every other, as `690.64462`, `1.5E-7` or `1.5E10`. */
  readonly shortestText: (value: string, bits: 32 | 64) => string;
  readonly isNotANumber: (value: string) => string;
  /** The largest whole number that is not above a double. */
  readonly floor: (value: string) => string;
  /** What is in brackets in a pattern for the white space of Unicode. */
  readonly space: string;
  readonly matches: (text: string, pattern: string) => string;
  readonly replace: (text: string, pattern: string, by: string) => string;
  /** A group of the first match; the empty text where there is none. */
  readonly group: (text: string, pattern: string, number: number) => string;
  readonly lowerCase: (text: string) => string;
  readonly padLeft: (text: string, length: number) => string;
  readonly repeat: (text: string, times: string) => string;
  /** From 1. */
  readonly slice: (text: string, from: string, length?: string) => string;
  readonly md5: (text: string) => string;
  /** The day of an instant, which counts in UTC, as text. Instants of milliseconds and nanoseconds are whole numbers. */
  readonly dayOf: (instant: string, unit: 'ms' | 'us' | 'ns') => string;
  /** Days from 1970 to a date. */
  readonly dayNumber: (date: string) => string;
  /** What an instant is in its unit, from 1970 on, as a whole number. */
  readonly countOf: (instant: string, unit: 'ms' | 'us' | 'ns') => string;
  /** The time of that day, with as many digits behind seconds as the unit has. */
  readonly timeOf: (instant: string, unit: 'ms' | 'us' | 'ns') => string;
  /** The parts of a text between matches. */
  readonly split: (text: string, pattern: string) => string;
  /** Those elements of a list of texts that are none of some words, in whatever case; each once, in the order of code points. */
  readonly sortedSetWithout: (list: string, words: readonly string[]) => string;
  /** The elements of a list that are not null, as one text. */
  readonly join: (list: string, separator: string) => string;
  readonly isEmptyList: (list: string) => string;
  /** Named values as one that compares by the first, then the second, and so on. */
  readonly row: (values: Readonly<Record<string, string>>) => string;
  readonly field: (row: string, name: string) => string;
  readonly countIf: (condition: string) => string;
  readonly isSame: (one: string, other: string) => string;
  /** A name for a query, which is run anew wherever it is used. */
  readonly view: (name: string, query: string) => string;
  /** A name for the rows of a parquet file, or of all files of a folder. */
  readonly viewOfFiles: (name: string, path: string) => string;
  /** The same of some columns of a file, each read as a type, and of {@link rowNumber}. */
  readonly viewOfInput: (name: string, path: string, types: ReadonlyMap<string, string>) => string;
  /** The number that a row of an input has in its file, from 0. */
  readonly rowNumber: string;
  /** Writes rows as parquet files into a folder, which is made anew: so many at least, or as many as come of it. */
  readonly write: (folder: string, query: string, layout?: FileLayout) => string;
}

/** How rows are written. */
export interface FileLayout {
  readonly files: number;
  /** What rows are sorted by. */
  readonly sortedBy: readonly string[];
}
