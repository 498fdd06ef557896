/**
 * Installs Apache Spark for the tests, from PyPI, into a virtual environment that is kept for the next time, and prints where
 * it is: `node scripts/install-spark.js`. Needs Python 3.10 or later with venv; to run, Spark needs Java 17.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const version = '4.1.4';

/** Where what is installed for the tests is kept. */
export function cacheFolder() {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'etl1');
}

/** Where the environment of a version is kept. */
export function sparkEnvironmentFolder() {
  return join(cacheFolder(), `pyspark-${version}`);
}

/** The Spark of SPARK_HOME, or the one that is installed; null where there is neither. */
export function findSparkHome() {
  if (process.env['SPARK_HOME']) return process.env['SPARK_HOME'];
  const own = join(sparkEnvironmentFolder(), 'lib');
  const python = existsSync(own) ? readdirSync(own).find((name) => name.startsWith('python')) : undefined;
  return python ? join(own, python, 'site-packages', 'pyspark') : null;
}

/** Makes a folder unless it is there, so that it is whole or not at all; gives where it is. */
export function install(folder, fill) {
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    fill(aside);
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Makes a virtual environment with packages of PyPI. */
export function makeEnvironment(folder, packages) {
  run('python3', ['-m', 'venv', '--copies', folder]);
  run(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
}

/** Runs a program, of which only what it complains of is shown. */
export function run(program, args, options = {}) {
  execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
}

/** Installs Spark unless it is there; gives the folder of its environment. */
export function installSpark() {
  return install(sparkEnvironmentFolder(), (aside) => makeEnvironment(aside, [`pyspark==${version}`]));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.stdout.write(`${installSpark()}\n`);
