/**
 * Installs file systems of a cluster for the tests, beside Spark, each by itself: `node scripts/install-stores.js [hdfs] [s3a] [gs] [abfs]`.
 * Jars come from Maven by way of the Ivy that Spark brings; what stands in for a store comes from PyPI, from Go's proxy (which needs Go) and
 * from npm.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, findSparkHome, install, makeEnvironment, run } from './install-spark.js';

/** What Spark has already, under another name or in another version. */
const inSpark = [
  ['org.apache.hadoop', 'hadoop-client-api'],
  ['org.apache.hadoop', 'hadoop-client-runtime'],
  ['org.apache.hadoop', 'hadoop-common'],
  ['io.netty', '*'],
];

const aws = '2.29.52';

/** What is installed of each: jars for Spark, and what serves the store. */
const recipes = {
  hdfs: (hadoop) => ({
    jars: [
      { jar: ['org.apache.hadoop', 'hadoop-client-minicluster', hadoop], isAlone: true },
      // what YARN needs besides, which is in it too
      { jar: ['org.bouncycastle', 'bcpkix-jdk18on', '1.78.1'] },
      { jar: ['javax.xml.bind', 'jaxb-api', '2.3.1'] },
    ],
  }),
  s3a: (hadoop) => ({
    jars: [
      { jar: ['org.apache.hadoop', 'hadoop-aws', hadoop] },
      ...['s3', 's3-transfer-manager', 'sts'].map((name) => ({ jar: ['software.amazon.awssdk', name, aws] })),
    ],
    // all services of Amazon in 600 MB, of which it needs the above
    without: [['software.amazon.awssdk', 'bundle']],
    python: ['moto[s3]==5.2.5', 'flask==3.*', 'flask-cors==6.*'],
  }),
  gs: () => ({
    jars: [
      {
        jar: ['com.google.cloud.bigdataoss', 'gcs-connector', '3.0.13'],
        ...{ classifier: 'shaded', isAlone: true },
      },
    ],
    go: 'github.com/fsouza/fake-gcs-server@v1.56.1',
  }),
  abfs: (hadoop) => ({
    jars: [{ jar: ['org.apache.hadoop', 'hadoop-azure', hadoop] }],
    npm: 'azurite@3.35.0',
  }),
};

export const stores = Object.keys(recipes);

/** Where what a store needs is, by what that is; null without a Spark that has the Hadoop which it is for. */
export function storeFolder(store) {
  const recipe = recipeOf(store, findSparkHome());
  if (recipe === null) return null;
  const digest = createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
  return join(cacheFolder(), `${store}-${digest.slice(0, 8)}`);
}

/** Installs what a store needs unless it is there. */
export function installStore(store) {
  if (!stores.includes(store)) throw new RangeError(`expected one of ${stores.join(', ')}`);
  const [home, folder] = [findSparkHome(), storeFolder(store)];
  if (folder === null)
    throw new RangeError('there is no Spark with Hadoop: `node scripts/install-spark.js` installs one');
  const { python, go, npm, ...jars } = recipeOf(store, home);
  return install(folder, (aside) => {
    fetchJars(jars, home, aside);
    if (python) makeEnvironment(join(aside, 'python'), python);
    if (go) buildWithGo(go, aside);
    if (npm)
      run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', join(aside, 'npm'), npm]);
  });
}

function recipeOf(store, home) {
  const folder = home === null ? null : join(home, 'jars');
  const jars = folder !== null && existsSync(folder) ? readdirSync(folder) : [];
  const [hadoop] = jars.flatMap((name) => /^hadoop-client-api-(.+)\.jar$/.exec(name)?.[1] ?? []);
  return hadoop === undefined ? null : recipes[store](hadoop);
}

/** Ivy also takes a jar that has a name beside those of its package, which `spark.jars.packages` does not. */
function fetchJars(asked, home, folder) {
  mkdirSync(folder, { recursive: true });
  const [file, cache] = [join(folder, 'ivy.xml'), join(folder, 'ivy')];
  writeFileSync(file, ivyFile(asked));
  const ivy = readdirSync(join(home, 'jars')).find((name) => /^ivy-.*\.jar$/.test(name)) ?? '';
  const pattern = join(folder, 'jars/[artifact]-[revision](-[classifier]).[ext]');
  const args = [
    ...['-jar', join(home, 'jars', ivy), '-ivy', file, '-cache', cache, '-warn', '-m2compatible'],
    ...['-confs', 'default', '-types', 'jar', 'bundle', '-retrieve', pattern],
  ];
  // of what it says a failure alone is shown, which has it in its message
  run('java', args, { stdio: 'pipe' });
  rmSync(cache, { recursive: true });
}

function ivyFile({ jars, without = [] }) {
  const dependencies = jars.map(({ jar: [organisation, name, revision], classifier, isAlone }) => {
    const artifact = classifier ? `<artifact name="${name}" type="jar" m:classifier="${classifier}"/>` : '';
    const named = `org="${organisation}" name="${name}" rev="${revision}"`;
    return `<dependency ${named} transitive="${!isAlone}" conf="default->default">${artifact}</dependency>`;
  });
  const excluded = [...inSpark, ...without].map(
    ([organisation, name]) => `<exclude org="${organisation}" module="${name}"/>`,
  );
  return `<ivy-module version="2.0" xmlns:m="http://ant.apache.org/ivy/maven">
  <info organisation="etl1" module="stores"/>
  <dependencies>
    ${[...dependencies, ...excluded].join('\n    ')}
  </dependencies>
</ivy-module>
`;
}

/** What Go keeps for the next time is some hundred megabytes, and there is no next time. */
function buildWithGo(program, folder) {
  const own = join(folder, 'go');
  const places = { GOPATH: join(own, 'path'), GOCACHE: join(own, 'cache'), GOBIN: join(folder, 'bin') };
  run('go', ['install', program], { env: { ...process.env, ...places, GOFLAGS: '-modcacherw' } });
  rmSync(own, { recursive: true });
}

/** One that cannot be had keeps no other away. */
function installAll(names) {
  for (const store of names) {
    try {
      process.stdout.write(`${installStore(store)}\n`);
    } catch (thrown) {
      process.exitCode = 1;
      process.stderr.write(`${store} is not installed: ${thrown.message}\n`);
    }
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  installAll(process.argv.length > 2 ? process.argv.slice(2) : stores);
