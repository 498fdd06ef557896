/** What went wrong, by the exit code it ends the command with (documented in the README). */
const exitCodes = {
  bug: 1,
  usage: 64,
  data: 65,
  input: 66,
  output: 73,
  busy: 75,
  config: 78,
  'hung-up': 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorKind = keyof typeof exitCodes;

const kinds = Object.keys(exitCodes).filter((kind): kind is ErrorKind => Object.hasOwn(exitCodes, kind));

/** What an exit code says; one that is none of ours is a bug. */
export function kindOfExit(exitCode: number): ErrorKind {
  return kinds.find((kind) => exitCodes[kind] === exitCode) ?? 'bug';
}

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

/** Codes of system calls (`ENOENT`) and of streams; libraries have codes of their own. */
const systemCode = /^(?:E[A-Z0-9]+|ERR_STREAM_[A-Z_]+)$/;

/** The code of a failed system call (`ENOENT`, `ENOSPC`, …), where there is one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && systemCode.test(code) ? code : undefined;
}

const troubleCodes = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
]);

/** Whether a network file system has lost its server or its client. */
function isDiskGone(thrown: unknown): boolean {
  const isSaid = /transport endpoint is not connected|stale file handle/i.test(messageOf(thrown));
  return isSaid || ['ENOTCONN', 'ESTALE'].includes(systemCodeOf(thrown) ?? '');
}

/** What the native libraries say instead of a code. */
const troubleTexts =
  /no space left on device|disk quota exceeded|file too large|read-only file system|permission denied|too many open files|(?:input\/output|i\/o) error|cannot allocate memory/i;

/** Whether a call failed because of the disk, the rights on it or a limit of the system, rather than because of a bug. */
export function isDiskTrouble(thrown: unknown): boolean {
  const isKnown = troubleCodes.has(systemCodeOf(thrown) ?? '') || troubleTexts.test(messageOf(thrown));
  return isKnown || isDiskGone(thrown);
}

/** What to try where the disk, the rights or a limit of the system are in the way. */
export function hintFor(thrown: unknown): string {
  const code = systemCodeOf(thrown) ?? '';
  if (['EMFILE', 'ENFILE'].includes(code) || /too many open files/i.test(messageOf(thrown)))
    return 'let more files be open (`ulimit -n 4096`), then run the same command again';
  if (isDiskGone(thrown)) return 'mount the file system again, then run the same command again';
  if (code === 'ENAMETOOLONG') return 'set a shorter path, then run the same command again';
  return 'check the free space and the rights under the data root, then run the same command again';
}
