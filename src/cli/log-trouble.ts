import { EtlError, messageOf } from '../errors.js';

/** What a run ends with, and a dry run foretells, where a log cannot be opened. */
export function logTrouble(file: string, cause: unknown): EtlError {
  return new EtlError('output', `${file}: the log cannot be opened: ${messageOf(cause)}`, {
    step: 'opening the log',
    hint: 'check the rights there, or set `log_file` (ETL1_LOG_FILE) to another file',
    cause,
  });
}
