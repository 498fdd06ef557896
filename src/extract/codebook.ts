import { randomBytes } from 'node:crypto';
import type { PutCode } from '../parquet/recode.js';
import { ByteTable } from './byte-table.js';
import { CodeList } from './code-list.js';

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
  /** The bytes that were met, and the code of each; missing where there is none to give. */
  readonly met: ByteTable;
  readonly codes: CodeList;
  /** By number; some have none if they were met by a run that was interrupted. */
  readonly texts: (string | undefined)[];
  readonly textOfFingerprint: Map<bigint, string>;
  /** Codes in the order in which their texts were met. */
  readonly added: bigint[];
}

/**
 * The texts that a run has met in columns that are read as codes. A text has one code throughout a run, and no code
 * stands for two texts of a column. Zero stands for null.
 */
export class Codebook {
  readonly #columns: ReadonlyMap<string, ColumnCodes>;
  readonly #room: Room = { bytes: mostBytes };

  constructor(codings: ReadonlyMap<string, Coding>) {
    this.#columns = new Map(
      [...codings].map(([column, coding]) => [
        column,
        {
          coding,
          met: new ByteTable(),
          codes: new CodeList(),
          texts: [],
          textOfFingerprint: new Map(),
          added: [],
        },
      ]),
    );
  }

  /** Puts the code of each text of a column; not of one that has none: it is not accepted, or there are too many. */
  coderOf(column: string): PutCode {
    const known = this.#codesOf(column);
    return (bytes, start, end, codes, index) => {
      if (end - start > this.#room.bytes) return false;
      const number = known.met.numberOf(bytes, start, end);
      if (number === known.codes.size)
        known.codes.push(makeCode(known, bytes.subarray(start, end), this.#room));
      return known.codes.put(number, codes, index);
    };
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  codeOfText(column: string, text: string): bigint | undefined {
    const bytes = Buffer.from(text, 'utf8');
    const code = new BigInt64Array(1);
    const isPut = this.coderOf(column)(bytes, 0, bytes.length, new Int32Array(code.buffer), 0);
    return isPut ? code[0] : undefined;
  }

  /** The text of a column in a sum of numbers; null where there is none. */
  textIn(column: string, sum: bigint): string | null {
    const { coding, texts } = this.#codesOf(column);
    const number = numberIn(coding, sum);
    return number === 0 ? null : (texts[number - 1] ?? null);
  }

  textOfFingerprint(column: string, fingerprint: bigint): string {
    return textOf(column, this.#codesOf(column), fingerprint);
  }

  /** How many texts there are by now. */
  mark(): CodebookMark {
    return new Map([...this.#columns].map(([column, { added }]) => [column, added.length]));
  }

  /** The texts met between two marks. */
  between(from: CodebookMark, to: CodebookMark): CodebookPart {
    const parts = [...this.#columns].map(([column, known]) => {
      const codes = known.added.slice(from.get(column) ?? 0, to.get(column) ?? 0);
      return [column, codes.map((code) => [String(code), textOf(column, known, code)] as const)] as const;
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

/** Bytes that texts may still have: they are in memory throughout a run, whatever a file holds. */
interface Room {
  bytes: number;
}
const mostBytes = 2 ** 26;

function makeCode(column: ColumnCodes, bytes: Buffer, room: Room): bigint | undefined {
  room.bytes -= bytes.length;
  const text = decode(bytes);
  const isAccepted = text !== null && (column.coding.accepts?.(text) ?? true);
  return isAccepted ? codeFor(column, text) : undefined;
}

/** Null for bytes that are no text. */
function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
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

function keep({ coding, texts, textOfFingerprint, added }: ColumnCodes, code: bigint, text: string): void {
  if (coding.kind === 'fingerprint') textOfFingerprint.set(code, text);
  else texts[numberIn(coding, code) - 1] = text;
  added.push(code);
}

function textOf(column: string, { coding, texts, textOfFingerprint }: ColumnCodes, code: bigint): string {
  const isNumber = coding.kind === 'number';
  const text = isNumber ? texts[numberIn(coding, code) - 1] : textOfFingerprint.get(code);
  if (text === undefined) throw new RangeError(`${column}: no text has the ${coding.kind} ${code}`);
  return text;
}

/** The number that a column has in a sum of the numbers of several; zero where it has none. */
function numberIn({ shift, bits }: Coding, sum: bigint): number {
  return Number((sum >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
}

function restoreText(column: ColumnCodes, code: bigint, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  if (column.met.numberOf(bytes, 0, bytes.length) < column.codes.size) return;
  column.codes.push(code);
  keep(column, code, text);
}
