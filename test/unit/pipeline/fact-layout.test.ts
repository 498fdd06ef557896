import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLayoutThere, factPaths, layoutThere } from '../../../src/pipeline/fact-layout.js';
import { withFolder } from '../../support/load-pair.js';
import { settingsOf } from '../../support/partitioned.js';

const single = settingsOf({});
const partitioned = settingsOf({ fact_layout: 'partitioned' });

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

describe('where facts are', () => {
  it('is a file, or the list in a folder of its name', () => {
    const settings = settingsOf({ gold_dir: 'gold 2', fact_rate_file: 'my.facts.parquet' });
    expect(factPaths('/data', settings)).toEqual({
      single: join('/data', 'gold 2', 'my.facts.parquet'),
      partitioned: join('/data', 'gold 2', 'my.facts', '_manifest.json'),
    });
  });

  it('is told by what is there, and by the setting where that is nothing or both', async () => {
    await withFolder(async (root) => {
      const paths = factPaths(root, single);
      const there = () => [layoutThere(root, single), layoutThere(root, partitioned)];
      expect(there()).toEqual(['single', 'partitioned']);
      write(paths.partitioned);
      expect(there()).toEqual(['partitioned', 'partitioned']);
      write(paths.single);
      expect(there()).toEqual(['single', 'partitioned']);
    });
    await withFolder(async (root) => {
      write(factPaths(root, single).single);
      expect([layoutThere(root, single), layoutThere(root, partitioned)]).toEqual(['single', 'single']);
    });
  });
});

describe('facts that are kept another way', () => {
  it.each([
    { settings: single, wanted: 'single', other: 'partitioned' },
    { settings: partitioned, wanted: 'partitioned', other: 'single' },
  ] as const)(
    'are refused where $wanted is wanted, with two ways on',
    async ({ settings, wanted, other }) => {
      await withFolder(async (root) => {
        expect(() => checkLayoutThere(root, settings)).not.toThrow();
        write(factPaths(root, settings)[wanted]);
        expect(() => checkLayoutThere(root, settings)).not.toThrow();
        const path = factPaths(root, settings)[other];
        write(path);
        expect(() => checkLayoutThere(root, settings)).toThrow(
          expect.objectContaining({
            kind: 'config',
            message: `fact_layout is ${wanted}, but facts are kept as ${other} in ${path}`,
            hint: `\`etl1 migrate --to ${wanted}\` converts them; \`fact_layout: ${other}\` goes on with them`,
          }),
        );
      });
    },
  );
});
