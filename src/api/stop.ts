import { EtlError, messageOf } from '../errors.js';

/**
 * A signal that stops a run when any of some signals is aborted, whatever with: a run that is stopped has to know that
 * from a run that failed.
 */
export function stopOn(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const any = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  const stop = new AbortController();
  const onAbort = () => stop.abort(stopped(any.reason));
  if (any.aborted) onAbort();
  else any.addEventListener('abort', onAbort, { once: true });
  return stop.signal;
}

function stopped(cause: unknown): EtlError {
  return new EtlError('interrupted', `stopped: ${messageOf(cause)}; nothing was published`, {
    step: 'running',
    hint: 'the same call goes on from there',
    cause,
  });
}
