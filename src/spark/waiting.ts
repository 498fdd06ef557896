/** Spark says so four times a minute while it has work, and nothing to do it. */
const starved = /has not accepted any resources/;

/** Tells each minute that a session has not begun, or has nothing that does its work: Spark itself waits for either as long as it takes. */
export class Waiting implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #isDue = true;
  #hasBegun = false;

  constructor(tell: () => void, everyMs = 60_000) {
    this.#timer = setInterval(() => {
      if (this.#isDue) tell();
      this.#isDue = !this.#hasBegun;
    }, everyMs);
  }

  /** What Spark says meanwhile. */
  hear(said: string): void {
    if (starved.test(said)) this.#isDue = true;
  }

  begin(): void {
    this.#hasBegun = true;
    this.#isDue = false;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
