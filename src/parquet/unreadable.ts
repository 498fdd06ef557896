import { EtlError, messageOf, systemCodeOf } from '../errors.js';

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
