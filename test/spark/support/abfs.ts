import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { withJars } from './jars.js';
import { makeKeyStore, trusting } from './key-store.js';
import { startServer } from './server.js';
import type { Store } from './store.js';

const key = Buffer.from('of an account that is nowhere').toString('base64');

/**
 * Azurite, which stands in for the Blob endpoint of Azure, asked by TLS. It has no endpoint of Data Lake Storage; the driver of Hadoop speaks to
 * either, as an account has them.
 */
export async function startAbfs(installed: string, scratch: string): Promise<Store> {
  const store = makeKeyStore(scratch);
  const azurite = await startServer(
    process.execPath,
    (port) => [
      ...[join(installed, 'npm/node_modules/azurite/dist/src/blob/main.js'), '--inMemoryPersistence'],
      ...['--blobHost', '127.0.0.1', '--blobPort', `${port}`],
      ...['--skipApiVersionCheck', '--loose', '--silent', '--disableTelemetry'],
    ],
    { AZURITE_ACCOUNTS: `etl1:${key}` },
  );
  const own = { pfx: readFileSync(store.path), passphrase: store.password };
  const sorting = createServer(own, (asked, answer) => pass(asked, answer, azurite.port));
  sorting.listen(0, '127.0.0.1');
  await once(sorting, 'listening');
  const at = sorting.address();
  return {
    address: 'abfss://lake@etl1.dfs.core.windows.net',
    conf: {
      ...withJars(installed),
      ...trusting(store),
      'spark.hadoop.fs.azure.abfs.endpoint': `127.0.0.1:${at !== null && typeof at !== 'string' ? at.port : 0}`,
      'spark.hadoop.fs.azure.account.key': key,
      'spark.hadoop.fs.azure.account.hns.enabled': 'false',
      'spark.hadoop.fs.azure.fns.account.service.type': 'BLOB',
      'spark.hadoop.fs.azure.createRemoteFileSystemDuringInitialization': 'true',
    },
    [Symbol.asyncDispose]: async () => {
      sorting.closeAllConnections();
      sorting.close();
      await azurite[Symbol.asyncDispose]();
    },
  };
}

/** Passes a request on to Azurite, and what is said of it back; names in a list are put in the order in which Azure has them. */
function pass(asked: IncomingMessage, answer: ServerResponse, port: number): void {
  const { method, headers, url: path } = asked;
  const passed = request({ host: '127.0.0.1', port, method, headers, path }, (said) => {
    const { statusCode = 500, headers: told } = said;
    if (!path?.includes('comp=list')) {
      answer.writeHead(statusCode, told);
      said.pipe(answer);
      return;
    }
    const pieces: Buffer[] = [];
    said.on('data', (piece: Buffer) => pieces.push(piece));
    said.on('end', () => {
      const text = sorted(Buffer.concat(pieces).toString('utf8'));
      const { 'transfer-encoding': _, ...others } = told;
      answer.writeHead(statusCode, { ...others, 'content-length': Buffer.byteLength(text) });
      answer.end(text);
    });
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}

/** A folder stands twice in a list, as a blob and as what others begin with; Hadoop takes it for one where they are neighbours. */
function sorted(list: string): string {
  return list.replace(/<Blobs>(.*)<\/Blobs>/s, (_, entries: string) => {
    const all = entries.match(/<(Blob|BlobPrefix)>.*?<\/\1>/gs) ?? [];
    const nameOf = (entry: string) => /<Name>(.*?)<\/Name>/s.exec(entry)?.[1] ?? '';
    const inOrder = all.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    return `<Blobs>${inOrder.join('')}</Blobs>`;
  });
}
