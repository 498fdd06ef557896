import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { type Footer, readFooter } from '../parquet/footer.js';

export interface OutputReading {
  readonly step: string;
  /** What refuses a file that has no footer; without it the error of an input passes as it is. */
  readonly refuse?: (reason: string, cause: unknown) => EtlError;
}

/** Reads the footer of a file that lies where an output is. Throws `output` where the disk is in the way. */
export async function readOutputFooter(path: string, reading: OutputReading): Promise<Footer> {
  try {
    return await readFooter(path);
  } catch (cause) {
    throw explainUnread(path, cause, reading);
  }
}

/** Why the footer of an output was not read, from what is said of it as if it were that of an input. */
export function explainUnread(path: string, cause: unknown, { step, refuse }: OutputReading): unknown {
  const reason = messageOf(cause).replace(`${path}: `, '');
  if (isDiskTrouble(cause))
    return new EtlError('output', `${path}: ${reason}`, { step, hint: hintFor(cause), cause });
  return refuse?.(reason, cause) ?? cause;
}
