/** Counts the minutes, one after the other, for which a session waits for its cluster: Spark itself waits as long as it takes. */
export class Waiting implements Disposable {
  readonly #tell: (minutes: number) => void;
  #timer: NodeJS.Timeout | null = null;

  /** `tell` is told at the end of each of them how many there are. */
  constructor(tell: (minutes: number) => void) {
    this.#tell = tell;
  }

  begin(): void {
    let minutes = 0;
    this.#timer ??= setInterval(() => {
      minutes += 1;
      this.#tell(minutes);
    }, 60_000);
  }

  end(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
