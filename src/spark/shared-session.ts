import { EtlError } from '../errors.js';
import type { OpenSession } from './engine.js';
import type { Session } from './session.js';

interface Started {
  readonly session: Session;
  readonly version: string;
}

/** A session that is started when it is first needed, and ends with whoever shares it; after one that died comes another, unless it waited for its cluster in vain. */
export class SharedSession implements AsyncDisposable {
  readonly #start: () => Promise<Started>;
  #started: Promise<Started> | null = null;

  constructor(start: () => Promise<Started>) {
    this.#start = start;
  }

  open(): Promise<Started> {
    // at once, so that those who ask at the same time share it; what did not start is not tried again
    this.#started = this.#started ? this.#started.then((started) => this.#renew(started)) : this.#start();
    return this.#started;
  }

  async #renew(started: Started): Promise<Started> {
    const { end } = started.session;
    if (end === null) return started;
    // who comes next would wait as long again
    if (end instanceof EtlError && end.kind === 'busy') throw end;
    await started.session[Symbol.asyncDispose]();
    return this.#start();
  }

  /** The session for a load, which does not end it. */
  async lend(): Promise<OpenSession> {
    const { session, version } = await this.open();
    const lent = {
      run: (sql: string) => session.run(sql),
      rows: (sql: string) => session.rows(sql),
      files: session.files,
      shielded: <T>(work: () => Promise<T>) => session.shielded(work),
      get hasEnded() {
        return session.hasEnded;
      },
      get onProgress() {
        return session.onProgress;
      },
      set onProgress(listener: Session['onProgress']) {
        session.onProgress = listener;
      },
      [Symbol.asyncDispose]: async () => {
        session.onProgress = () => {};
      },
    };
    return { session: lent, version };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await this.#started?.catch(() => null);
    this.#started = null;
    await started?.session[Symbol.asyncDispose]();
  }
}
