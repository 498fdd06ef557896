import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeFolder } from '../../../scripts/install-stores.js';
import type { Cluster, ClusterPlaces } from './cluster.js';
import { freePort, startAt, startBehind, startServer } from './server.js';

/** YARN of one resource manager and one node, without HDFS. */
export async function startYarn({ home, folder }: ClusterPlaces): Promise<Cluster> {
  const port = await freePort();
  const conf = await writeConf(folder, port);
  const classes = [conf, join(storeFolder('hdfs') ?? '', 'jars/*'), join(home, 'jars/*')].join(':');
  const java = [
    ...['-Xmx256m', `-Djava.io.tmpdir=${folder}`, '-cp', classes],
    // what makes its web pages looks into classes of Java
    ...['--add-opens', 'java.base/java.lang=ALL-UNNAMED'],
  ];
  const server = 'org.apache.hadoop.yarn.server';
  const manager = await startAt(port, 'java', [...java, `${server}.resourcemanager.ResourceManager`]);
  const both = await startBehind(manager, () =>
    startServer('java', (own) => [
      ...[...java, `${server}.nodemanager.NodeManager`, '-D', `yarn.nodemanager.address=127.0.0.1:${own}`],
    ]),
  );
  return {
    master: 'yarn',
    conf: {
      'spark.executor.instances': '1',
      'spark.executor.memory': '512m',
      'spark.yarn.am.memory': '512m',
      // they would be copied for each load
      'spark.yarn.jars': `local:${join(home, 'jars/*')}`,
      'spark.yarn.stagingDir': `file://${join(folder, 'staging')}`,
    },
    environment: { HADOOP_CONF_DIR: conf },
    [Symbol.asyncDispose]: () => both[Symbol.asyncDispose](),
  };
}

async function writeConf(folder: string, port: number): Promise<string> {
  const conf = join(folder, 'conf');
  mkdirSync(conf);
  writeXml(join(conf, 'yarn-site.xml'), {
    'yarn.resourcemanager.address': `127.0.0.1:${port}`,
    'yarn.resourcemanager.scheduler.address': `127.0.0.1:${await freePort()}`,
    'yarn.resourcemanager.resource-tracker.address': `127.0.0.1:${await freePort()}`,
    'yarn.resourcemanager.admin.address': '127.0.0.1:0',
    'yarn.resourcemanager.webapp.address': '127.0.0.1:0',
    'yarn.nodemanager.localizer.address': '127.0.0.1:0',
    'yarn.nodemanager.webapp.address': '127.0.0.1:0',
    'yarn.nodemanager.local-dirs': join(folder, 'local'),
    'yarn.nodemanager.log-dirs': join(folder, 'logs'),
    // it would leave a disk alone that is nine tenths full
    'yarn.nodemanager.disk-health-checker.enable': 'false',
    'yarn.nodemanager.vmem-check-enabled': 'false',
    'yarn.nodemanager.resource.memory-mb': '4096',
    'yarn.scheduler.minimum-allocation-mb': '128',
  });
  writeXml(join(conf, 'capacity-scheduler.xml'), {
    'yarn.scheduler.capacity.root.queues': 'default',
    'yarn.scheduler.capacity.root.default.capacity': '100',
    'yarn.scheduler.capacity.maximum-am-resource-percent': '1',
  });
  return conf;
}

function writeXml(path: string, settings: Readonly<Record<string, string>>): void {
  const properties = Object.entries(settings).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  );
  writeFileSync(path, `<configuration>\n${properties.join('\n')}\n</configuration>\n`);
}
