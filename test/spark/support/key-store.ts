import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { quickConf } from './spark.js';

/** A file of a key, and of the certificate that a server of this machine shows with it. */
interface KeyStore {
  readonly path: string;
  readonly password: string;
}

/** Makes one in a folder. */
export function makeKeyStore(folder: string): KeyStore {
  mkdirSync(folder, { recursive: true });
  const store = { path: join(folder, 'server.p12'), password: 'of-nobody' };
  execFileSync(
    'keytool',
    [
      ...['-genkeypair', '-keyalg', 'EC', '-dname', 'CN=etl1', '-ext', 'san=ip:127.0.0.1'],
      ...['-storetype', 'PKCS12', '-keystore', store.path, '-storepass', store.password],
    ],
    // what it says of a failure is in the error
    { stdio: 'pipe' },
  );
  return store;
}

/** The settings by which a session of the tests trusts that server alone. */
export function trusting({ path, password }: KeyStore): Record<string, string> {
  const trust = `-Djavax.net.ssl.trustStore=${path} -Djavax.net.ssl.trustStorePassword=${password}`;
  const names = ['spark.driver.extraJavaOptions', 'spark.executor.extraJavaOptions'] as const;
  return Object.fromEntries(names.map((name) => [name, `${quickConf[name]} ${trust}`]));
}
