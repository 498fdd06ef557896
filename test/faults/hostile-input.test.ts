import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InputRow } from '../model/input-value.js';
import { loadModel } from '../model/load.js';
import { settingsFor } from '../model/settings.js';
import { noTables } from '../model/tables.js';
import { differencesOf } from '../support/compare-load.js';
import { plainProvidersColumns, plainRatesColumns, writeRows } from '../support/fixture.js';
import { readOutputs } from '../support/load-pair.js';
import { type BombColumn, writePagesBomb, writeRunsBomb } from './support/bomb.js';
import { isLong, timeFor } from './support/effort.js';
import { type MadeInput, makeInput } from './support/input.js';
import { contentOf, faultsSeenIn } from './support/outputs.js';
import {
  bytesOf,
  expectExit,
  expectedOf,
  expectFinished,
  expectMessage,
  inScene,
  makeFolder,
  modelOf,
  runUntilDone,
} from './support/scene.js';

const shared = makeFolder();
let alpha: MadeInput;
beforeAll(async () => {
  alpha = await makeInput(join(shared.path, 'alpha'), { payer: 'alpha', seed: 60, rateFiles: 1 });
});
afterAll(() => shared.remove());

describe('a hostile name', () => {
  it(
    'of a payer is refused, and nothing is written anywhere',
    async () => {
      const names = [
        '../alpha',
        '..',
        'a/../../b',
        "a'; DROP TABLE facts; --",
        'a"b',
        'alpha\n',
        'a\\b',
        '*',
        '[a]lpha',
        '{payer}',
        '\u202ealpha',
        '',
        '$(touch escaped)',
        'a'.repeat(5_000),
      ];
      await inScene([alpha], async (scene) => {
        const around = () => [readdirSync(scene.folder), readdirSync(dirname(scene.dataRoot))];
        const before = around();
        for (const name of isLong() ? names : names.filter((_, index) => index % 3 === 0)) {
          const ended = expectExit(await scene.run(name), 64, 66);
          expectMessage(ended, /try: /);
          expect(around()).toEqual(before);
          expect(readdirSync(scene.dataRoot)).toEqual([]);
        }
      });
    },
    timeFor(14),
  );

  it(
    'of files and folders is a name like any other',
    async () => {
      const names = [
        "it's; DROP TABLE x; --",
        'a\nb "c"',
        '[a-z]*?{x,y}',
        '%s $HOME `id` \u202e',
        'ünï—códe',
      ];
      for (const name of isLong() ? names : names.slice(0, 3)) {
        const outer = makeFolder();
        try {
          const dataRoot = join(outer.path, name, 'data');
          mkdirSync(dataRoot, { recursive: true });
          await inScene(
            [alpha],
            async (scene) => {
              const moved = (file = '') => {
                const to = join(dirname(dataRoot), `${name} ${file}`);
                renameSync(join(scene.inputFolder, file), to);
                return to;
              };
              const [first, second] = alpha.files.providers;
              const args = ['--rates-file', moved(alpha.files.rates[0]), '--providers-file', moved(first)];
              expect(second).toBeDefined();
              expectExit(await scene.run('alpha', { args }), 0);
              const some = { ...alpha, providers: alpha.providers.slice(0, 60) };
              await expectFinished(scene, await expectedOf(some));
              expect(readdirSync(outer.path)).toEqual([name]);
            },
            { dataRoot },
          );
        } finally {
          outer.remove();
        }
      }
    },
    timeFor(6),
  );

  it(
    'within the names of outputs leaves the data root by no way',
    async () => {
      const names = ['../x.parquet', '/tmp/x.parquet', 'a/../../x.parquet', 'a\0.parquet', "a'b*.parquet"];
      await inScene([alpha], async (scene) => {
        for (const name of isLong() ? names : names.slice(0, 2)) {
          const environment = name.includes('\0') ? {} : { ETL1_FACT_RATE_FILE: name };
          const ended = await scene.run('alpha', { environment, args: ['--force'] });
          expectExit(ended, 0, 78, 64);
          if (ended.exitCode !== 0) expectMessage(ended, /fact_rate_file|FACT_RATE_FILE/);
          expect(readdirSync(scene.folder).filter((found) => found.endsWith('.parquet'))).toEqual([]);
        }
        expect(existsSync('/tmp/x.parquet')).toBe(false);
      });
    },
    timeFor(6),
  );
});

/** Texts that break programs. */
const texts = [
  "'; DROP TABLE fact_rate; --",
  '" OR ""="',
  'a|b||c',
  'nul\0within',
  '\u202eright to left\u202c \u0627\u0644\u0639',
  '\\N \\x00 \\u0000 %s %n {0} $x $1 $$',
  '=cmd|calc!A0',
  '\ufeffmark',
  '../../etc/passwd',
  '🧨\u0301\u200d',
  "['11', '22']",
  'new\nline\r\n\ttab',
];

describe('hostile content', () => {
  it(
    'is data: every text comes out as it went in',
    async () => {
      const long = 'x'.repeat(1_000_000);
      const rates = [...texts, long].map(
        (text, index): InputRow => ({
          reporting_entity_name: index % 2 === 0 ? 'Hostile Health' : text,
          version: text,
          last_updated_on: index % 3 === 0 ? '2025-08-01' : text,
          billing_code: text,
          billing_code_type: `${text}-type`,
          description: text,
          name: text,
          billing_class: text,
          negotiated_type: text,
          negotiation_arrangement: text,
          expiration_date: text,
          negotiated_rate: index + 0.25,
          provider_reference_id: text,
          service_codes: [text, '11'],
        }),
      );
      const providers = texts.map(
        (text): InputRow => ({
          reporting_entity_name: 'Hostile Health',
          version: text,
          last_updated_on: text,
          provider_group_id: text,
          npi: text,
          tin_type: text,
          tin_value: text,
        }),
      );
      await inScene([], async (scene) => {
        const file = (source: string) => join(scene.inputFolder, `202508_hostile_ga_${source}.parquet`);
        mkdirSync(scene.inputFolder, { recursive: true });
        const input = {
          rates: await writeRows(file('rates'), rates, {
            columns: { ...plainRatesColumns, provider_reference_id: 'text' },
          }),
          providers: await writeRows(file('providers'), providers, {
            columns: { ...plainProvidersColumns, provider_group_id: 'text' },
          }),
        };
        expectExit(await scene.run('hostile'), 0);
        const { tables } = loadModel(noTables, input, settingsFor('GA'));
        expect(differencesOf(tables, await readOutputs(scene.dataRoot))).toEqual({});
        expect(await faultsSeenIn(scene.dataRoot)).toEqual([]);
      });
    },
    timeFor(2),
  );
});

const limitMb = 512;
/** What of the process no budget governs. */
const slackMb = 100;

describe('a small file that becomes large', () => {
  const columns: readonly BombColumn[] = [
    { name: 'reporting_entity_name', value: 'Bomb Health' },
    { name: 'last_updated_on', value: '2025-08-01' },
    { name: 'version', value: '1.0.0' },
    { name: 'billing_code_type', value: 'CPT' },
    { name: 'billing_code', value: '99213' },
    { name: 'negotiated_rate', value: 12.5 },
    { name: 'provider_reference_id', value: '7' },
  ];

  interface Bomb {
    readonly name: string;
    readonly write: (file: string) => void;
  }
  const rows = isLong() ? 50_000_000 : 5_000_000;
  const bytes = isLong() ? 2 ** 30 : 2 ** 29;
  const bombs: readonly Bomb[] = [
    { name: `${rows} rows in runs`, write: (file) => writeRunsBomb(file, rows, columns) },
    {
      name: `a page of ${bytes} bytes`,
      write: (file) =>
        writePagesBomb(file, [...columns, { name: 'description', value: Buffer.alloc(bytes, 120) }]),
    },
  ];

  it.each(bombs)(
    'of $name meets the memory limit, and changes nothing unless it is loaded',
    async ({ write }) => {
      await inScene([alpha], async (scene) => {
        await runUntilDone(scene, 'alpha');
        const before = bytesOf(scene);
        const file = join(scene.folder, '202508_bomb_ga_rates.parquet');
        write(file);
        expect(statSync(file).size).toBeLessThan(2_000_000);
        const providers = join(scene.inputFolder, alpha.files.providers[0] ?? '');
        const named = ['--rates-file', file, '--providers-file', providers];
        const ended = await scene.run('bomb', {
          args: [...named, '--memory-limit', String(limitMb)],
          timeoutSeconds: 240,
        });
        expectExit(ended, 0, 3, 65, 66, 73);
        expect(ended.peakMb).toBeLessThan(limitMb + slackMb);
        if (ended.exitCode === 0) {
          const facts = (await contentOf(scene.dataRoot)).fact_rate ?? [];
          expect(facts).toHaveLength((modelOf([alpha]).fact_rate.size ?? 0) + 1);
        } else {
          expectMessage(ended);
          if (ended.exitCode !== 3) expect(bytesOf(scene)).toEqual(before);
        }
      });
    },
    300_000,
  );
});
