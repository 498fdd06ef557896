import { readFileSync } from 'node:fs';
import { type ErrorKind, EtlError } from '../errors.js';
import { exitCodeOf } from './print-error.js';

/** The signals that ask a command to stop. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type StopSignal = (typeof stopSignals)[number];

/** A signal that is passed on, and whether it is the first that came. */
export interface StopOrder {
  readonly signal: StopSignal;
  readonly isFirst: boolean;
}

/** What a command ends with that one of them stops. */
export const stopKinds: Readonly<Record<StopSignal, ErrorKind>> = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hung-up',
};

/** What a command says that was stopped: what it left as it was, and what to do. */
interface Stopping {
  readonly left: string;
  readonly hint: string;
  /** Tells those who do the work; says whether there are any, who are then waited for. */
  readonly passOn: (order: StopOrder) => boolean;
}

const ofRun: Stopping = {
  left: 'nothing was published',
  hint: 'run the same command again to go on from there',
  passOn: () => false,
};

/**
 * Stops at the next safe point on the first signal, and at once on the second, which is as safe. `tell` is given what
 * becomes of each. Gives what does the same with those that another process passes on.
 */
export function stopOnSignals(
  stop: AbortController,
  tell: (message: string) => void,
  stopping: Partial<Stopping> = {},
): (order: StopOrder) => void {
  const { passOn, ...words } = { ...ofRun, ...stopping };
  const obey = ({ signal, isFirst }: StopOrder) => {
    // a terminal gives one signal to this process and to the one that passes it on
    if (isFirst && stop.signal.aborted) return;
    const reason = stopped(signal, words);
    if (isFirst) {
      tell(`${signal}: stopping at the next safe point; once more stops at once`);
      stop.abort(reason);
      passOn({ signal, isFirst });
    } else {
      tell(`${signal} once more: stopping at once`);
      if (!passOn({ signal, isFirst })) process.exit(exitCodeOf(reason));
    }
  };
  let isFirst = true;
  for (const signal of stopSignals) {
    // a handler would undo what `nohup` did
    if (signal === 'SIGHUP' && isHangUpIgnored()) continue;
    process.on(signal, () => {
      obey({ signal, isFirst });
      isFirst = false;
    });
  }
  return obey;
}

function stopped(signal: StopSignal, { left, hint }: Pick<Stopping, 'left' | 'hint'>): EtlError {
  return new EtlError(stopKinds[signal], `stopped by ${signal}; ${left}`, { step: 'running', hint });
}

/** The signals that were ignored when the program began, as Linux tells them: bits from the right, SIGHUP the first. */
function isHangUpIgnored(): boolean {
  try {
    const [, ignored = '0'] =
      /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return (Number.parseInt(ignored.slice(-1), 16) & 1) === 1;
  } catch {
    return false;
  }
}
