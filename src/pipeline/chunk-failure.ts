import { EtlError, isDiskTrouble, messageOf } from '../errors.js';

/** Whether a failure is about the rows at hand, so that other rows can do without them. */
export function isOfChunk(cause: unknown): boolean {
  return cause instanceof EtlError ? cause.kind === 'input' : !isDiskTrouble(cause) && !isAbort(cause);
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}

/** Why rows are left out, in words. */
export function reasonOf(cause: unknown): string {
  return messageOf(cause);
}
