import { EtlError, messageOf, systemCodeOf } from '../errors.js';

/** Says why a file could not be read as parquet. */
export function unreadable(path: string, cause: unknown): EtlError {
  const reason =
    systemCodeOf(cause) === 'ENOENT'
      ? 'there is no such file'
      : `it cannot be read as parquet: ${messageOf(cause)}`;
  return new EtlError('input', `${path}: ${reason}`, {
    step: 'reading parquet footers',
    hint: 'check that the file was copied whole; `--rates-file` and `--providers-file` name another one',
    cause,
  });
}
