/** Hands on what comes in any order in the order of its numbers, from 0, as soon as it has its turn. */
export class InTurn<T> {
  readonly #waiting = new Map<number, T>();
  #next = 0;

  /** What has its turn now: this and those that waited for it, or nothing. */
  add(number: number, item: T): T[] {
    this.#waiting.set(number, item);
    const due: T[] = [];
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      due.push(next);
    }
    return due;
  }
}
