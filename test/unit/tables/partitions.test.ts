import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  catalogName,
  datasetOf,
  type Partition,
  partColumns,
  partitionFolder,
  partitionIn,
} from '../../../src/tables/partitions.js';
import { tableNamed } from '../../../src/tables/tables.js';

const partitions: readonly (readonly [Partition, string])[] = [
  [
    { state: 'GA', payer_slug: 'blue-cross-9', year_month: '2025-08' },
    'state=GA/payer_slug=blue-cross-9/year_month=2025-08',
  ],
  [
    { state: 'NY', payer_slug: '007', year_month: null },
    'state=NY/payer_slug=007/year_month=__HIVE_DEFAULT_PARTITION__',
  ],
];

describe('the folder of a partition', () => {
  it.each(partitions)('of %j is named as Hive does, and tells it again', (partition, folder) => {
    expect(partitionFolder(partition)).toBe(folder);
    expect(partitionIn(folder)).toEqual(partition);
  });

  it.each([
    '',
    'state=GA',
    'state=GA/payer_slug=acme',
    'payer_slug=acme/state=GA/year_month=2025-08',
    'state=ga/payer_slug=acme/year_month=2025-08',
    'state=GA/payer_slug=Acme/year_month=2025-08',
    'state=GA/payer_slug=/year_month=2025-08',
    'state=GA/payer_slug=acme/year_month=',
    'state=GA/payer_slug=acme/year_month=2025-08/more',
    '../state=GA/payer_slug=acme/year_month=2025-08',
  ])('is not %j', (folder) => expect(partitionIn(folder)).toBeNull());
});

describe('the columns of a part', () => {
  it('are those of a fact in their order, but for what the folder tells', () => {
    const told = ['state', 'payer_slug', 'year_month'];
    const names = tableNamed('fact_rate').columns.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(told));
    expect(partColumns.map(({ name }) => name)).toEqual(names.filter((name) => !told.includes(name)));
  });
});

describe('datasetOf', () => {
  it('is the folder of a list of parts, and nothing of a file', () => {
    expect(datasetOf(join('/data', 'gold', 'fact_rate', catalogName))).toBe(
      join('/data', 'gold', 'fact_rate'),
    );
    expect(datasetOf('C:\\gold\\fact_rate\\_manifest.json')).toBe('C:\\gold\\fact_rate');
    expect(datasetOf('/data/gold/fact_rate.parquet')).toBeNull();
    expect(datasetOf('/data/gold/_manifest.json.parquet')).toBeNull();
  });
});
