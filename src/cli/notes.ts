import type { Settings } from '../config/settings.js';
import { printableJson, printableLines } from './printable.js';

/** What is drawn on the last line of a terminal, so that lines have to be printed above it. */
export interface LiveBar {
  printAbove(text: string): void;
  /** Leaves the bar as it is, and the terminal on a new line. */
  stop(): void;
}

/** What a line says to a program. */
export type Fields = Readonly<Record<string, unknown>>;

/** All that is printed on stderr: as text or as JSON lines, and never into a bar. */
export class Notes {
  /** How lines look; null until that is known. */
  format: Settings['log_format'] | null = null;
  readonly #stream: { write(text: string): unknown };
  readonly #now: () => Date;
  #bar: LiveBar | null = null;

  constructor(stream: { write(text: string): unknown }, now = () => new Date()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Says how things go. `fields` say the same to a program. */
  say(text: string, fields: Fields = {}): void {
    this.#put('INFO', text, text, fields);
  }

  /** Says what deserves a look. */
  warn(message: string, fields: Fields = {}): void {
    this.#put('WARNING', `etl1: warning: ${message}`, message, fields);
  }

  /** Says what went wrong, under a bar that stays as it is. `message` is what a program gets of the text. */
  fail(level: 'ERROR' | 'CRITICAL', text: string, message: string, fields: Fields = {}): void {
    this.dropBar();
    this.#put(level, text, message, fields);
  }

  /** Prints lines that end with a line break, as they are. */
  print(lines: string): void {
    if (this.#bar) this.#bar.printAbove(lines);
    else this.#stream.write(lines);
  }

  /** Has lines printed above a bar, until it is dropped. */
  keepBelow(bar: LiveBar): void {
    this.#bar = bar;
  }

  dropBar(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #put(level: string, text: string, msg: string, fields: Fields): void {
    const time = this.#now().toISOString();
    const line =
      this.format === 'json' ? printableJson({ level, time, ...fields, msg }) : printableLines(text);
    this.print(`${line}\n`);
  }
}

/** The notes of this process. */
export const notes = new Notes(process.stderr);
