import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { withFolder } from '../../support/load-pair.js';
import { imitateCheckout } from './examples.js';
import { project, readPage } from './markdown.js';

/** What docs/running.md takes to be on a machine. */
const places = ['/srv/tic', '/usr/local/bin'];

/** A folder that stands for the machine of docs/running.md. */
export interface Server {
  /** The folder where one of its paths is. */
  at(path: string): string;
  /** A block of the page with its paths as they are here. */
  placed(block: string): string;
  /** What commands are looked for in: those of the machine, then Node and the shell's. */
  readonly path: string;
}

/** Runs work with the command below /usr/local/bin, and the sample and a checkout below /srv/tic, of a folder that is gone afterwards. */
export function onServer<T>(work: (server: Server) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    const at = (path: string) => join(folder, path);
    for (const place of places) mkdirSync(at(place), { recursive: true });
    imitateCheckout(at('/srv/tic'));
    symlinkSync(join(project, 'bin/etl1.js'), at('/usr/local/bin/etl1'));
    const path = [at('/usr/local/bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
    const placed = (block: string) =>
      places.reduce((text, place) => text.replaceAll(place, at(place)), block);
    return work({ at, placed, path });
  });
}

/** The query of what a load of the sample comes to, and its answer, as the CI has them. */
export const sampleRows = {
  command: `node scripts/query.js '${join(project, '.ci/sample-rows.sql')}'`,
  printed: readPage('.ci/sample-rows.txt'),
};
