import { EtlError, isDiskTrouble, messageOf, systemCodeOf } from '../errors.js';

/** Says why a file could not be read as parquet. */
export function unreadable(path: string, cause: unknown): EtlError {
  if (systemCodeOf(cause) === 'ENOENT') return absent(path, cause);
  return failed(path, `it cannot be read as parquet: ${messageOf(cause)}`, cause);
}

/** Says that a file is not there. */
export function absent(path: string, cause?: unknown): EtlError {
  return failed(path, 'there is no such file', cause);
}

function failed(path: string, reason: string, cause: unknown): EtlError {
  return new EtlError('input', `${path}: ${reason}`, {
    step: 'reading parquet footers',
    hint: 'check that the file was copied whole; `--rates-file` and `--providers-file` name another one',
    cause,
  });
}

/** Whether an input is to blame for a failure, rather than the file that is written of it or how many files may be open. */
export function isAboutInput(cause: unknown, path: string): boolean {
  const code = systemCodeOf(cause);
  if (code === undefined) return !isDiskTrouble(cause);
  if (code === 'EMFILE' || code === 'ENFILE') return false;
  const isRead = cause instanceof Error && 'syscall' in cause && cause.syscall === 'read';
  const isThere = cause instanceof Error && 'path' in cause && cause.path === path;
  return isRead || isThere;
}
