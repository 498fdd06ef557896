import { z } from 'zod';
import { EtlError } from '../errors.js';
import { fileSchema, namesSchema, type SparkFile } from './messages.js';

/** What knows the file systems of a cluster, of which nobody sees half a file. What only looks rejects with `input`, all else with `output`. */
export interface FileSystems {
  /** What is in a folder, by name, with `deep` the files below it, by path from it; null where there is none. */
  readonly list: (folder: string, deep: boolean) => Promise<string[] | null>;
  /** A file as it is now; null where there is none. */
  readonly describe: (path: string) => Promise<SparkFile>;
  /** The sha256 of a file. */
  readonly digest: (path: string) => Promise<string>;
  /** The text of a file; null where there is none. */
  readonly read: (path: string) => Promise<string | null>;
  /** Writes a text; who reads meanwhile gets the one that was there. */
  readonly put: (path: string, text: string) => Promise<void>;
  /** Gives a file the name of another one, which it replaces. */
  readonly place: (path: string, to: string) => Promise<void>;
  /** Copies a file to this machine. */
  readonly fetch: (path: string, to: string) => Promise<void>;
  /** Copies a file of this machine. */
  readonly send: (path: string, to: string) => Promise<void>;
  /** Removes a file, or a folder with all that is in it, if it is there. */
  readonly remove: (path: string) => Promise<void>;
}

/** What a driver is asked of its file systems; `driver.py` says what it is told. */
export type FileQuestion =
  | { readonly list: string; readonly deep: boolean }
  | { readonly describe: string }
  | { readonly digest: string }
  | { readonly read: string }
  | { readonly put: string; readonly text: string }
  | { readonly place: string; readonly to: string }
  | { readonly fetch: string; readonly to: string }
  | { readonly send: string; readonly to: string }
  | { readonly remove: string };

/** Asks a driver; what it says of a failure is explained, and what it answers is checked. */
export type AskDriver = <T>(
  question: FileQuestion,
  schema: z.ZodType<T>,
  explain: (said: string) => EtlError,
) => Promise<T>;

const nothing = z.null().transform(() => undefined);

/** The file systems of a cluster, by way of a driver. */
export function askedOf(ask: AskDriver): FileSystems {
  const unseen = (path: string) => (said: string) => cannotLook(path, said);
  const undone = (path: string) => (said: string) => cannotDo(path, said);
  return {
    list: (folder, deep) => ask({ list: folder, deep }, namesSchema, unseen(folder)),
    describe: (path) => ask({ describe: path }, fileSchema, unseen(path)),
    digest: (path) => ask({ digest: path }, z.string(), undone(path)),
    read: (path) => ask({ read: path }, z.string().nullable(), undone(path)),
    put: (path, text) => ask({ put: path, text }, nothing, undone(path)),
    place: (path, to) => ask({ place: path, to }, nothing, undone(to)),
    fetch: (path, to) => ask({ fetch: path, to }, nothing, undone(path)),
    send: (path, to) => ask({ send: path, to }, nothing, undone(to)),
    remove: (path) => ask({ remove: path }, nothing, undone(path)),
  };
}

const onOneLine = (said: string) => said.replaceAll(/\s+/g, ' ').slice(0, 2_000);

function cannotLook(path: string, said: string): EtlError {
  return new EtlError('input', `${path}: the cluster cannot look at it: ${onOneLine(said)}`, {
    step: 'looking for inputs',
    hint: 'check the address, the credentials of the cluster and, in spark_conf, the library of its file system (docs/scaling.md)',
  });
}

function cannotDo(path: string, said: string): EtlError {
  return new EtlError('output', `${path}: the cluster cannot do it: ${onOneLine(said)}`, {
    step: 'working at spark_root',
    hint: 'check the rights and the room there, then run the same command again',
  });
}
