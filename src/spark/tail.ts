const mostLines = 5;
const mostLetters = 790;

const isTelling = (line: string) =>
  !/^(?:INFO|DEBUG|TRACE) /.test(line) &&
  /error|exception|fail|killed|no such|not found|not accepted|retrying/i.test(line);

/** A line without what tells it from another that says the same: when it is said, or that something else came of it. */
const bare = (line: string) => line.replace(/^(?:\d{2}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2} |Caused by: )/, '');

/** The end of what a program prints. */
export class Tail {
  #begun = '';
  #last: readonly string[] = [];
  #telling: readonly string[] = [];

  add(piece: Buffer): void {
    const lines = (this.#begun + piece.toString('utf8')).split('\n').map(bare);
    // a program may draw over one line for hours
    this.#begun = (lines.pop() ?? '').slice(0, mostLetters);
    this.#last = endOf([...this.#last, ...lines]);
    this.#telling = endOf([...this.#telling, ...lines.filter(isTelling)]);
  }

  /** The last lines that say that something is wrong, or the last of all, on one line. */
  get text(): string {
    const telling = endOf([...this.#telling, ...[this.#begun].filter(isTelling)]);
    return (telling.length > 0 ? telling : endOf([...this.#last, this.#begun])).join('; ').trim();
  }
}

/** The last lines of a text that are none of a trace, each once and not too long. */
function endOf(lines: readonly string[]): string[] {
  const shortened = lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .map((line) => line.slice(0, mostLetters));
  // where it was said last
  return [...new Set(shortened.reverse())].slice(0, mostLines).reverse();
}
