/** What went wrong, by the exit code it ends the command with (documented in the README). */
const exitCodes = {
  bug: 1,
  usage: 64,
  data: 65,
  input: 66,
  output: 73,
  config: 78,
} as const;

export type ErrorKind = keyof typeof exitCodes;

export interface EtlErrorOptions {
  /** The step that failed, for example `reading rates`. */
  step: string;
  /** The next thing to try: a command or a change, in one line. */
  hint?: string;
  cause?: unknown;
}

/**
 * The one error of the program. `message` names the subject, what was found and what was expected.
 * Anything else that is thrown is a bug.
 */
export class EtlError extends Error {
  override readonly name = 'EtlError';
  readonly kind: ErrorKind;
  readonly step: string;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, { step, hint, cause }: EtlErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.step = step;
    this.hint = hint;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** The text of anything thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The code of a failed system call (`ENOENT`, `ENOSPC`, …), where there is one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}

/** Whether a system call failed because of the disk or the rights on it, rather than because of a bug. */
export function isDiskTrouble(thrown: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'].includes(systemCodeOf(thrown) ?? '');
}
