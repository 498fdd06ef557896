import { existsSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';
import type { InputFiles } from './input-files.js';
import { describeFile } from './snapshot.js';

/** Inputs on disks of this machine, or mounted on it. */
export const localFiles: InputFiles = {
  list: async (folder, deep) => (existsSync(folder) ? namesIn(folder, deep) : null),
  stateOf: async (path) => describeFile(path, 'input'),
  footerOf: async (path, columns) => {
    // not before a load is to be planned: finding out that there is none takes no library
    const { readFooter } = await import('../parquet/footer.js');
    return readFooter(path, columns);
  },
};

function namesIn(folder: string, deep: boolean): string[] {
  try {
    const names = readdirSync(folder, { recursive: deep, encoding: 'utf8' });
    return names.map((name) => name.replaceAll(sep, '/'));
  } catch (cause) {
    const reason = systemCodeOf(cause) === 'ENOTDIR' ? 'this is a file; expected a folder' : messageOf(cause);
    throw new EtlError('input', `${folder}: ${reason}`, {
      step: 'looking for inputs',
      hint: 'check `input_dir` and `--data-root`',
      cause,
    });
  }
}
