import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The version of this program, as its package says. */
export function programVersion(): string {
  return versionIn(new URL('../../package.json', import.meta.url));
}

/** The versions of the libraries that do the work, as their packages say: none is loaded for it. */
export function libraryVersions(): Readonly<Record<'polars' | 'duckdb', string>> {
  return {
    polars: installedVersion('nodejs-polars/package.json'),
    // its releases of one version of the database are told apart by an ending such as -r.1
    duckdb: installedVersion('@duckdb/node-api/package.json').replace(/-r\.\d+$/, ''),
  };
}

function installedVersion(packageFile: string): string {
  try {
    return versionIn(createRequire(import.meta.url).resolve(packageFile));
  } catch {
    return 'not installed';
  }
}

function versionIn(packageFile: string | URL): string {
  const found = /"version":\s*"([^"]+)"/.exec(readFileSync(packageFile, 'utf8'));
  return found?.[1] ?? 'unknown';
}
