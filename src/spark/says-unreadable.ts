import querystring from 'node:querystring';

/** A file that Spark cannot read, where it knows which. */
const failedFile =
  /\[FAILED_READ_FILE\.(?:NO_HINT|CANNOT_READ_FILE_FOOTER)\] Encountered error while reading file (\S+)\.(?=\s|$)/g;

/** A text that is none, or what its reader of parquet stumbles over after it has handed out a page. */
const failedRow = /\[INVALID_UTF8_STRING\]|\bdatasources\.parquet\.(?:ParquetDictionary|Vectorized)/;

/** Whether all that Spark says is that it cannot read one of some files, and not that its memory, a disk or rights are in the way. */
export function saysUnreadable(said: string, paths: readonly string[]): boolean {
  const isAnyNamed = said.search(failedFile) >= 0;
  return isAnyNamed ? paths.some((path) => namesUnreadable(said, path)) : failedRow.test(said);
}

/** Whether Spark says that it cannot read this file. */
export function namesUnreadable(said: string, path: string): boolean {
  const names = Array.from(said.matchAll(failedFile), ([, name = '']) => pathIn(querystring.unescape(name)));
  return names.includes(pathIn(path));
}

/** Without its scheme and authority, of which Spark writes more or less than whoever named it. */
const pathIn = (address: string): string => address.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?/i, '');
