import { readFileSync } from 'node:fs';
import { type ErrorKind, EtlError } from '../errors.js';
import { exitCodeOf } from './print-error.js';

const kinds: Readonly<Partial<Record<NodeJS.Signals, ErrorKind>>> = {
  SIGINT: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'hung-up',
};

/** Stops at the next safe point on the first signal, and at once on the second, which is as safe. */
export function stopOnSignals(stop: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // a handler would undo what `nohup` did
    if (signal === 'SIGHUP' && isHangUpIgnored()) continue;
    process.on(signal, () => {
      const reason = stopped(signal);
      if (stop.signal.aborted) process.exit(exitCodeOf(reason));
      stop.abort(reason);
    });
  }
}

function stopped(signal: NodeJS.Signals): EtlError {
  return new EtlError(kinds[signal] ?? 'terminated', `stopped by ${signal}; nothing was published`, {
    step: 'running',
    hint: 'run the same command again to go on from there',
  });
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
