/** Puts together lines that come in pieces. */
export class WholeLines {
  #rest = '';

  /** The lines, without their breaks, that a piece completes. */
  add(piece: string): string[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }

  /** What is left at the end, if it lacks its break. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}

/** A line that one of several processes says for people, which tells whose payer it is about. */
export function labelled(line: string, payer: string): string {
  // these tell it themselves
  return line.startsWith(`etl1: warning: ${payer}: `) ? line : `${payer}: ${line}`;
}
