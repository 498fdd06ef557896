import { fileURLToPath } from 'node:url';

/** Calls of the file system, whichever of their forms the program uses. */
export type Operation =
  | 'access'
  | 'copyFile'
  | 'exchange'
  | 'link'
  | 'mkdir'
  | 'open'
  | 'read'
  | 'readdir'
  | 'remove'
  | 'rename'
  | 'stat'
  | 'statfs'
  | 'sync'
  | 'truncate'
  | 'write';

/** A call that the process comes to. */
export interface Call {
  readonly op: readonly Operation[];
  /** Only calls about such a path count; of a rename the new name, of an exchange the place. */
  readonly matching?: string;
  readonly except?: string;
  /** Which of them, from 1; without it the first. */
  readonly nth?: number;
  /** How many in a row; without it one. */
  readonly times?: number;
  /** Without it `before`. */
  readonly phase?: 'before' | 'after';
}

/** A file that lies in a folder, whoever wrote it. */
export interface Appearance {
  readonly appears: string;
  readonly folder: string;
  readonly laterMs?: number;
}

export type ErrorCode = 'ENOSPC' | 'EIO' | 'EACCES' | 'EMFILE' | 'EROFS';

export type Act =
  | { readonly kind: 'kill' }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'fail'; readonly code: ErrorCode | 'EINVAL' }
  /** Takes the space of a file system but some bytes, by a file. */
  | { readonly kind: 'fill'; readonly path: string; readonly leave: number }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'overwrite'; readonly path: string; readonly by: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'replace'; readonly path: string; readonly by: string; readonly keepTimes?: boolean };

export interface Fault {
  readonly at: Call | Appearance;
  readonly act: Act;
}

/** What goes wrong in one process. */
export interface Faults {
  /** Gets a line of JSON for each call. */
  readonly log?: string;
  /** Only paths that start so are meant. */
  readonly below?: string;
  /** By how much the clock of the process is ahead. */
  readonly clockMs?: number;
  readonly faults?: readonly Fault[];
}

/** What makes a process of Node go wrong. */
export function faultEnvironment(faults: Faults): Record<string, string> {
  const hook = new URL('fault-hook.mjs', import.meta.url);
  // a folder's name may hold a space, by which NODE_OPTIONS would be cut
  const option = `--import "${hook.protocol === 'file:' ? hook.href : fileURLToPath(hook)}"`;
  return { NODE_OPTIONS: option, ETL1_TEST_FAULTS: JSON.stringify(faults) };
}
