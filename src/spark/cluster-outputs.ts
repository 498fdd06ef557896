import { EtlError } from '../errors.js';
import { parseFooter } from '../parquet/footer.js';
import { absent } from '../parquet/unreadable.js';
import type { OutputFiles } from '../pipeline/output-files.js';
import { explainUnread } from '../pipeline/output-footer.js';
import { stateOfFile } from './cluster-files.js';
import type { FileSystems } from './file-systems.js';

/** Outputs at addresses, which a cluster is asked for. */
export function clusterOutputs(cluster: FileSystems): OutputFiles {
  const describe = (path: string) => cluster.describe(path).catch(rejectAsOutput);
  return {
    namesIn: async (folder) => (await cluster.list(folder, false).catch(rejectAsOutput)) ?? [],
    stateOf: async (path) => {
      const file = await describe(path);
      return file && stateOfFile(file);
    },
    footerOf: async (path, reading) => {
      const file = await describe(path);
      if (!file) throw absent(path);
      try {
        return parseFooter(path, file.bytes, file.end);
      } catch (cause) {
        throw explainUnread(path, cause, reading);
      }
    },
    digestOf: (path) => cluster.digest(path),
    textOf: (path) => cluster.read(path),
  };
}

/** What cannot be looked at is no input here. */
function rejectAsOutput(thrown: unknown): never {
  if (!(thrown instanceof EtlError) || thrown.kind !== 'input') throw thrown;
  throw new EtlError('output', thrown.message, {
    step: 'checking outputs',
    hint: 'check spark_root, its rights and, in spark_conf, the library of its file system (docs/scaling.md)',
    cause: thrown,
  });
}
