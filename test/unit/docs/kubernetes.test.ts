import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { version } from '../../../scripts/install-spark.js';
import { environmentOf, environmentVariable } from '../../../src/config/environment.js';
import { loadConfig } from '../../../src/config/load.js';
import { settingNames } from '../../../src/config/settings.js';
import { programVersion } from '../../../src/pipeline/program-version.js';
import { readPage } from './markdown.js';

const named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const variable = z.looseObject({ name: z.string(), value: z.string().optional() });
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  env: z.array(variable),
  volumeMounts: z.tuple([z.looseObject({ name: z.string(), mountPath: z.string() })]),
});
const volume = z.looseObject({ persistentVolumeClaim: z.looseObject({ claimName: z.string() }) });
const jobSchema = z.looseObject({
  spec: z.looseObject({
    podFailurePolicy: z.looseObject({
      rules: z.tuple(
        [
          z.looseObject({
            onExitCodes: z.looseObject({ containerName: z.string(), values: z.array(z.number()) }),
          }),
        ],
        z.unknown(),
      ),
    }),
    template: z.looseObject({
      spec: z.looseObject({
        serviceAccountName: z.string(),
        containers: z.tuple([container]),
        volumes: z.tuple([volume]),
      }),
    }),
  }),
});

const documents = z.array(named).parse(loadAll(readPage('docs/kubernetes.yaml')));
const nameOf = (kind: string) => documents.find((one) => one.kind === kind)?.metadata.name;
const job = jobSchema.parse(documents.find(({ kind }) => kind === 'Job')).spec;
const { spec } = job.template;
const [{ name, env, image, volumeMounts }] = spec.containers;
const variables = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
const { settings } = loadConfig({ file: null, environment: environmentOf(variables) });

describe('docs/kubernetes.yaml', () => {
  it('has settings of a load on Spark, and none that nobody knows', () => {
    expect(settings).toMatchObject({ engine: 'spark', fact_layout: 'partitioned' });
    const known = settingNames.map(environmentVariable);
    const ours = Object.keys(variables).filter((name) => name.startsWith('ETL1_'));
    expect(ours.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has executors see what the driver sees, and reach it', () => {
    const claim = 'spark.kubernetes.executor.volumes.persistentVolumeClaim.tic';
    expect(settings.spark_conf).toMatchObject({
      [`${claim}.options.claimName`]: nameOf('PersistentVolumeClaim'),
      [`${claim}.mount.path`]: settings.data_root,
      'spark.driver.host': '$(POD_IP)',
      'spark.kubernetes.driver.pod.name': '$(POD_NAME)',
    });
    expect(volumeMounts[0].mountPath).toBe(settings.data_root);
    expect(spec.volumes[0].persistentVolumeClaim.claimName).toBe(nameOf('PersistentVolumeClaim'));
    expect(spec.serviceAccountName).toBe(nameOf('ServiceAccount'));
  });

  it('gives up where the same load would end in the same way, as the unit of systemd does', () => {
    const [, listed = ''] = /^RestartPreventExitStatus=(.*)$/m.exec(readPage('docs/running.md')) ?? [];
    const [{ onExitCodes }] = job.podFailurePolicy.rules;
    expect(onExitCodes).toMatchObject({ containerName: name, values: listed.split(' ').map(Number) });
  });

  it('names the versions that are tried', () => {
    expect(image).toMatch(new RegExp(`/etl1:${programVersion()}$`));
    expect(settings.spark_conf['spark.kubernetes.container.image']).toMatch(new RegExp(`/spark:${version}$`));
  });
});
