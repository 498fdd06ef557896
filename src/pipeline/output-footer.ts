import { EtlError, hintFor, isDiskTrouble, messageOf } from '../errors.js';
import { type Footer, readFooter } from '../parquet/footer.js';

export interface OutputReading {
  readonly step: string;
  /** What refuses a file that has no footer, where there is more to say than that it is in the way. */
  readonly refuse?: (reason: string, cause: unknown) => EtlError;
}

/** Reads the footer of a file that lies where an output is. Throws `output` where the disk is in the way, `data` where it has none. */
export async function readOutputFooter(path: string, reading: OutputReading): Promise<Footer> {
  try {
    return await readFooter(path);
  } catch (cause) {
    throw explainUnread(path, cause, reading);
  }
}

/** Why the footer of an output was not read, from what is said of it as if it were that of an input. */
export function explainUnread(path: string, cause: unknown, { step, refuse }: OutputReading): EtlError {
  const reason = messageOf(cause).replace(`${path}: `, '');
  const trouble = cause instanceof EtlError && cause.cause !== undefined ? cause.cause : cause;
  if (isDiskTrouble(trouble))
    return new EtlError('output', `${path}: ${reason}`, { step, hint: hintFor(trouble), cause });
  if (refuse) return refuse(reason, cause);
  return new EtlError('data', `${path} is in the way: ${reason}`, {
    step,
    hint: 'move that file away, then run the same command again',
    cause,
  });
}
