const mostBytes = 4_000;

/** The end of what a program prints. */
export class Tail {
  #text = '';

  add(piece: Buffer): void {
    this.#text = (this.#text + piece.toString('utf8')).slice(-mostBytes);
  }

  /** The last lines that say that something is wrong, or the last of all, on one line. */
  get text(): string {
    const lines = this.#text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    const telling = lines.filter((line) => /error|exception|fail|killed|no such|not found/i.test(line));
    return (telling.length > 0 ? telling : lines).slice(-5).join('; ').trim();
  }
}
