import { randomBytes } from 'node:crypto';
import type { CodeOf } from '../parquet/recode.js';

/** How a column's texts become codes. */
export interface Coding {
  /**
   * `number`: 1, 2, 3 in the order of their appearance. `fingerprint`: numbers at random, so that the sum over a list
   * tells what is in it.
   */
  readonly kind: 'number' | 'fingerprint';
  /** Bits to the right of a number that belong to other columns; codes of several columns add up to one. */
  readonly shift: number;
  /** Bits that a number may take. */
  readonly bits: number;
  /** Whether a text may have a code at all. */
  readonly accepts?: (text: string) => boolean;
}

/** Texts that a codebook met, by column, with their codes as decimal text: what is kept on disk of it. */
export type CodebookPart = Readonly<Record<string, readonly (readonly [code: string, text: string])[]>>;

/** How many texts a codebook had met, by column. */
export type CodebookMark = ReadonlyMap<string, number>;

/** The codes of one column. */
interface ColumnCodes {
  readonly coding: Coding;
  /** By the bytes of the text, as Latin-1: quicker to make than the text. Undefined where there is none to give. */
  readonly codes: Map<string, bigint | undefined>;
  /** By number; some have none if they were met by a run that was interrupted. */
  readonly texts: (string | undefined)[];
  readonly textOfFingerprint: Map<bigint, string>;
  /** Codes and texts in the order in which they were met. */
  readonly met: (readonly [code: bigint, text: string])[];
}

/**
 * The texts that a run has met in columns that are read as codes. A text has one code throughout a run, and no code
 * stands for two texts of a column. Zero stands for null.
 */
export class Codebook {
  readonly #columns: ReadonlyMap<string, ColumnCodes>;
  readonly #room: Room = { characters: mostCharacters };

  constructor(codings: ReadonlyMap<string, Coding>) {
    this.#columns = new Map(
      [...codings].map(([column, coding]) => [
        column,
        { coding, codes: new Map(), texts: [], textOfFingerprint: new Map(), met: [] },
      ]),
    );
  }

  /** The code of each text of a column; undefined for one that has none: it is not accepted, or there are too many. */
  coderOf(column: string): CodeOf {
    const known = this.#codesOf(column);
    return (bytes, start, end) => {
      const key = bytes.toString('latin1', start, end);
      return known.codes.has(key) ? known.codes.get(key) : add(known, key, this.#room);
    };
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  codeOfText(column: string, text: string): bigint | undefined {
    const bytes = Buffer.from(text, 'utf8');
    return this.coderOf(column)(bytes, 0, bytes.length);
  }

  /** The text of a column in a sum of numbers; null where there is none. */
  textIn(column: string, sum: bigint): string | null {
    const { coding, texts } = this.#codesOf(column);
    const number = Number((sum >> BigInt(coding.shift)) & ((1n << BigInt(coding.bits)) - 1n));
    return number === 0 ? null : (texts[number - 1] ?? null);
  }

  textOfFingerprint(column: string, fingerprint: bigint): string {
    const text = this.#codesOf(column).textOfFingerprint.get(fingerprint);
    if (text === undefined) throw new RangeError(`${column}: no text has the fingerprint ${fingerprint}`);
    return text;
  }

  /** How many texts there are by now. */
  mark(): CodebookMark {
    return new Map([...this.#columns].map(([column, { met }]) => [column, met.length]));
  }

  /** The texts met between two marks. */
  between(from: CodebookMark, to: CodebookMark): CodebookPart {
    const parts = [...this.#columns].map(([column, { met }]) => {
      const texts = met.slice(from.get(column) ?? 0, to.get(column) ?? 0);
      return [column, texts.map(([code, text]) => [String(code), text] as const)] as const;
    });
    return Object.fromEntries(parts.filter(([, texts]) => texts.length > 0));
  }

  /** Takes over what an interrupted run had met. */
  restore(part: CodebookPart): void {
    for (const [column, texts] of Object.entries(part)) {
      const known = this.#codesOf(column);
      for (const [code, text] of texts) restoreText(known, BigInt(code), text);
    }
  }

  #codesOf(column: string): ColumnCodes {
    const codes = this.#columns.get(column);
    if (!codes) throw new RangeError(`${column} has no codes`);
    return codes;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Characters that texts may still have: they are in memory throughout a run, whatever a file holds. */
interface Room {
  characters: number;
}
const mostCharacters = 2 ** 26;

function add(column: ColumnCodes, key: string, room: Room): bigint | undefined {
  const text = key.length <= room.characters ? decode(key) : null;
  room.characters -= text?.length ?? 0;
  const isAccepted = text !== null && (column.coding.accepts?.(text) ?? true);
  const code = isAccepted ? codeFor(column, text) : undefined;
  column.codes.set(key, code);
  return code;
}

/** Null for bytes that are no text. */
function decode(key: string): string | null {
  try {
    return utf8.decode(Buffer.from(key, 'latin1'));
  } catch {
    return null;
  }
}

function codeFor(column: ColumnCodes, text: string): bigint | undefined {
  const code = newCode(column);
  if (code !== undefined) keep(column, code, text);
  return code;
}

function newCode({ coding, texts }: ColumnCodes): bigint | undefined {
  if (coding.kind === 'fingerprint') return randomBytes(8).readBigInt64LE();
  const number = texts.length + 1;
  return number < 2 ** coding.bits ? BigInt(number) << BigInt(coding.shift) : undefined;
}

function keep({ coding, texts, textOfFingerprint, met }: ColumnCodes, code: bigint, text: string): void {
  if (coding.kind === 'fingerprint') textOfFingerprint.set(code, text);
  else texts[Number(code >> BigInt(coding.shift)) - 1] = text;
  met.push([code, text]);
}

function restoreText(column: ColumnCodes, code: bigint, text: string): void {
  const key = Buffer.from(text, 'utf8').toString('latin1');
  if (column.codes.has(key)) return;
  column.codes.set(key, code);
  keep(column, code, text);
}
