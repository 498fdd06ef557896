import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenarios } from './scenarios.js';

/** The files that figures depend on: the program as it is built, the peers and what makes the jobs. */
const measured = [
  ['../dist/', /\.js$/],
  ['./', /^(?:peer|make-|cut-|arena|bases|jobs|query|scale|database|measure\.|slow-|.*-sql)[^/]*\.js$/],
];

/** Opens the raw measures of a bench, by scenario and contestant a list of turns; those of another build are set aside. */
export function openMeasures(path) {
  const fingerprint = fingerprintOfBuild();
  const found = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { fingerprint, scenarios: {} };
  if (found.fingerprint !== fingerprint) {
    renameSync(path, `${path}.${found.fingerprint}`);
    return { fingerprint, scenarios: {} };
  }
  return found;
}

/** Keeps them after every run, so that a bench that was interrupted goes on where it was. */
export function saveMeasures(path, measures) {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(measures, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
}

function fingerprintOfBuild() {
  const contestants = scenarios.map((scenario) => [scenario.id, scenario.contestants]);
  const hash = createHash('sha256').update(JSON.stringify(contestants));
  for (const [name, pattern] of measured) {
    const folder = fileURLToPath(new URL(name, import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      pattern.test(file),
    );
    for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
