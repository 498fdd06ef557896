/**
 * Installs Apache Spark for the tests, from PyPI, into a virtual environment that is kept for the next time, and prints where
 * it is: `node scripts/install-spark.js`. Needs Python 3.10 or later with venv; to run, Spark needs Java 17.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const version = '4.1.4';

/** Where the environment of a version is kept. */
export function sparkEnvironmentFolder() {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'etl1', `pyspark-${version}`);
}

/** Installs Spark unless it is there; gives the folder of its environment. */
export function installSpark() {
  const folder = sparkEnvironmentFolder();
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    run('python3', ['-m', 'venv', '--copies', aside]);
    run(join(aside, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', `pyspark==${version}`]);
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

function run(program, args) {
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${installSpark()}\n`);
