import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InputRow } from '../model/input-value.js';
import {
  type Layout,
  plainProvidersColumns,
  plainRatesColumns,
  readRows,
  writeRows,
} from '../support/fixture.js';
import { quoteText, withDatabase } from '../support/fixture-database.js';
import { inWorkspace, type Workspace } from './workspace.js';

const rates = 'data/input/202508_aetna_ga_rates.parquet';
const providers = 'data/input/202508_aetna_ga_providers.parquet';

const rate: InputRow = {
  billing_code_type: 'CPT',
  billing_code: '99213',
  negotiated_rate: 12.5,
  provider_reference_id: 7n,
  reporting_entity_name: 'Aetna',
};

/** Writes one row into a file that lacks some columns. */
async function writeWithout(file: string, columns: Layout['columns'], ...absent: string[]): Promise<void> {
  const there = Object.entries(columns).filter(([name]) => !absent.includes(name));
  await writeRows(file, [rate], { columns: Object.fromEntries(there) });
}

/** Writes one rates row whose billing code is an SQL expression. */
async function writeCodeAs(file: string, code: string): Promise<void> {
  const columns = `${code} AS billing_code, 'CPT' AS billing_code_type, 1.5 AS negotiated_rate,
    7 AS provider_reference_id, 'Aetna' AS reporting_entity_name`;
  await withDatabase((connection) =>
    connection.run(`COPY (SELECT ${columns}) TO ${quoteText(file)} (FORMAT parquet)`),
  );
}

interface BadInput {
  readonly name: string;
  readonly prepare?: (workspace: Workspace, at: (path: string) => string) => unknown;
  readonly args?: readonly string[];
  readonly exitCode: number;
  /** What the message must say. */
  readonly says: readonly (string | RegExp)[];
}

const badInputs: readonly BadInput[] = [
  {
    name: 'a rates file that is not there',
    prepare: (_, at) => rmSync(at(rates)),
    exitCode: 66,
    says: [
      'looking for inputs: no rates file for payer aetna',
      '{period}_aetna_ga_rates.parquet',
      '--rates-file',
    ],
  },
  {
    name: 'a providers file that is not there',
    prepare: (_, at) => rmSync(at(providers)),
    exitCode: 66,
    says: ['no providers file for payer aetna', '202508_aetna_ga_providers.parquet', '`providers: optional`'],
  },
  {
    name: 'another period',
    args: ['--period', '202509'],
    exitCode: 66,
    says: ['period 202509', '202509_aetna_ga_rates.parquet', 'its rates files there are of 202508'],
  },
  {
    name: 'another state',
    args: ['--state', 'tx'],
    exitCode: 66,
    says: ['state TX', '{period}_aetna_tx_rates.parquet', 'its rates files there are of state GA'],
  },
  {
    name: 'a payer with a slip of the pen',
    prepare: (_, at) => copyFileSync(at(rates), at('data/input/202508_uhc_ga_rates.parquet')),
    args: ['--payer', 'aetnaa'],
    exitCode: 66,
    says: ['payer aetnaa', 'payers found: aetna, uhc; did you mean aetna?'],
  },
  {
    name: 'no input folder',
    args: ['--data-root', 'elsewhere'],
    exitCode: 66,
    says: ['elsewhere/input', 'there is no such folder', '--data-root'],
  },
  {
    name: 'an input folder that is a file',
    prepare: ({ write }) => write('elsewhere/input', ''),
    args: ['--data-root', 'elsewhere'],
    exitCode: 66,
    says: ['elsewhere/input: this is a file; expected a folder', '`input_dir`'],
  },
  {
    name: 'a named file that is not there',
    args: ['--rates-file', 'nowhere.parquet'],
    exitCode: 66,
    says: ['nowhere.parquet: there is no such file', '--rates-file'],
  },
  {
    name: 'a named file of a month that has no other',
    prepare: (_, at) => copyFileSync(at(rates), at('202507_rates.parquet')),
    args: ['--rates-file', '202507_rates.parquet'],
    exitCode: 66,
    says: [
      'no providers file',
      'period 202507',
      'its providers files there are of 202508',
      '--providers-file',
    ],
  },
  {
    name: 'a rates file of zero bytes',
    prepare: ({ write }) => write(rates, ''),
    exitCode: 66,
    says: ['reading parquet footers', rates, /cannot be read as parquet|empty/, 'copied whole'],
  },
  {
    name: 'a rates file cut short',
    prepare: (_, at) => truncateSync(at(rates), 100_000),
    exitCode: 66,
    says: ['reading parquet footers', rates, 'copied whole'],
  },
  {
    name: 'a providers file cut short',
    prepare: (_, at) => truncateSync(at(providers), 18_000),
    exitCode: 66,
    says: ['reading parquet footers', providers, 'copied whole'],
  },
  {
    name: 'a rates file of a few bytes',
    prepare: ({ write }) => write(rates, 'PAR1'),
    exitCode: 66,
    says: ['reading parquet footers', rates],
  },
  {
    name: 'a rates file that is text',
    prepare: ({ write }) => write(rates, 'billing_code,negotiated_rate\n99213,12.5\n'.repeat(50)),
    exitCode: 66,
    says: ['reading parquet footers', rates, 'parquet'],
  },
  {
    name: 'a folder in the place of a rates file',
    prepare({ write }, at) {
      rmSync(at(rates));
      write(`${rates}/part-0.parquet`, '');
    },
    exitCode: 66,
    says: [rates],
  },
  {
    name: 'a folder named as the rates file',
    args: ['--rates-file', 'data/input'],
    exitCode: 66,
    says: ['data/input'],
  },
  {
    name: 'rates without codes',
    prepare: (_, at) => writeWithout(at(rates), plainRatesColumns, 'billing_code'),
    exitCode: 65,
    says: [
      'checking inputs',
      `${rates}: required column missing: billing_code;`,
      'negotiated_rate',
      '--rates-file',
    ],
  },
  {
    name: 'rates without any provider id',
    prepare: (_, at) => writeWithout(at(rates), plainRatesColumns, 'provider_reference_id'),
    exitCode: 65,
    says: [
      'required column missing: provider_reference_id or provider_group_id',
      'the columns there are: negotiated',
    ],
  },
  {
    name: 'rates that do not name the payer',
    prepare: (_, at) => writeWithout(at(rates), plainRatesColumns, 'reporting_entity_name'),
    exitCode: 65,
    says: ['required column missing: reporting_entity_name', '`--payer-slug`'],
  },
  {
    name: 'providers without NPIs',
    prepare: (_, at) => writeWithout(at(providers), plainProvidersColumns, 'npi'),
    exitCode: 65,
    says: [`${providers}: required column missing: npi;`, 'provider_group_id, tin_type', '--providers-file'],
  },
  {
    name: 'rates and providers exchanged',
    args: ['--rates-file', providers, '--providers-file', rates],
    exitCode: 65,
    says: [`${providers}: required column missing: billing_code_type`, 'is this a rates file?'],
  },
  {
    name: 'a code that is a struct',
    prepare: (_, at) => writeCodeAs(at(rates), "{'a': 'x', 'b': 1}"),
    exitCode: 65,
    says: [`${rates}: column billing_code holds unsupported; expected text`],
  },
  {
    name: 'a code that is a list',
    prepare: (_, at) => writeCodeAs(at(rates), "['99213']"),
    exitCode: 65,
    says: [`${rates}: column billing_code holds list; expected text`],
  },
  {
    name: 'an output of another make',
    prepare(_, at) {
      mkdirSync(at('data/gold'));
      copyFileSync(at(rates), at('data/gold/fact_rate.parquet'));
    },
    exitCode: 65,
    says: [
      'checking outputs',
      'data/gold/fact_rate.parquet is in the way',
      'not a fact_rate',
      'move that file away',
    ],
  },
  {
    name: 'an output that is no parquet file',
    prepare: ({ write }) => write('data/dims/dim_code.parquet', 'my notes'),
    exitCode: 65,
    says: ['checking outputs', 'data/dims/dim_code.parquet is in the way', 'parquet', 'move that file away'],
  },
  {
    name: 'an output that is a folder',
    prepare: ({ write }) => write('data/xrefs/xref_pg_member_npi.parquet/part-0.parquet', ''),
    exitCode: 65,
    says: ['checking outputs', 'xref_pg_member_npi.parquet is in the way'],
  },
  {
    name: 'a data root that is a file',
    prepare: ({ write }) => write('blocker', ''),
    args: ['--data-root', 'blocker', '--rates-file', rates, '--providers-file', providers],
    exitCode: 73,
    says: ['checking outputs', 'blocker: expected a folder', 'found the file', '--data-root'],
  },
  {
    name: 'a data root below a file',
    prepare: ({ write }) => write('blocker', ''),
    args: ['--data-root', 'blocker/a/b', '--rates-file', rates, '--providers-file', providers],
    exitCode: 73,
    says: ['checking outputs', 'blocker/a/b: expected a folder, or a place to make one', 'found the file'],
  },
  {
    name: 'an output folder that is a file',
    prepare: ({ write }) => write('data/gold', ''),
    exitCode: 73,
    says: ['checking outputs', 'data/gold: expected a folder'],
  },
  {
    name: 'a log that cannot be opened',
    prepare: ({ write }) => write('logs', ''),
    exitCode: 73,
    says: ['opening the log', 'logs/etl1_scalable.log: the log cannot be opened', 'ETL1_LOG_FILE'],
  },
];

describe('bad input', () => {
  it.each(badInputs)('$name ends with $exitCode, says why, and writes nothing', async (bad) => {
    await inWorkspace(async (workspace) => {
      await bad.prepare?.(workspace, (path) => join(workspace.folder, path));
      const before = workspace.list();
      const payer = bad.args?.includes('--payer') ? [] : ['--payer', 'aetna'];
      const { exitCode, stdout, stderr } = await workspace.etl1([...payer, ...(bad.args ?? [])]);
      expect(workspace.list()).toEqual(before);
      expect(stderr).toMatch(/^etl1: [a-z ]+: .+\n {2}try: .+\n$/);
      for (const text of bad.says) expect(stderr).toMatch(text);
      expect(stdout).toBe('');
      expect(exitCode).toBe(bad.exitCode);
      const dryRun = await workspace.etl1([...payer, ...(bad.args ?? []), '--dry-run']);
      expect(dryRun.exitCode).toBe(bad.exitCode);
      expect(workspace.list()).toEqual(before);
    });
  });

  it('says the same as one JSON object', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stdout } = await etl1(['--payer', 'nobody', '--output-format', 'json']);
      expect(JSON.parse(stdout)).toEqual({
        status: 'failed',
        payer: 'nobody',
        error: {
          exit_code: 66,
          step: 'looking for inputs',
          message: expect.stringContaining('no rates file for payer nobody'),
          hint: expect.stringContaining('--payer'),
        },
      });
      expect(exitCode).toBe(66);
    });
  });

  it('prints a stack, with causes, only with --verbose', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const args = ['--payer', 'aetna', '--rates-file', 'data/input'];
      expect((await etl1(args)).stderr).not.toMatch(/^ {4}at /m);
      expect((await etl1([...args, '--verbose'])).stderr).toMatch(
        /^EtlError: .*\n {4}at [\s\S]*^caused by /m,
      );
    });
  });
});

describe('too many rejects', () => {
  it('publish nothing, are kept to be looked at, and are logged', async () => {
    await inWorkspace(async (workspace) => {
      await workspace.etl1(['--payer', 'aetna']);
      const outputs = () => ['data/dims', 'data/xrefs', 'data/gold'].map((folder) => workspace.list(folder));
      const before = outputs();
      rmSync(join(workspace.folder, 'data/rejects'), { recursive: true });
      const file = join(workspace.folder, 'data/input/202509_aetna_ga_rates.parquet');
      const rows = [rate, rate, { ...rate, negotiated_rate: null }, { ...rate, billing_code: ' ' }];
      await writeRows(file, rows, { columns: plainRatesColumns });
      copyFileSync(join(workspace.folder, providers), file.replace('rates', 'providers'));

      const { exitCode, stdout, stderr } = await workspace.etl1(['--payer', 'aetna', '--no-progress']);
      expect(stderr).toMatch(
        /^etl1: checking rejects: 2 of 4 rates rows are rejected .*max_reject_ratio 0.1.*\n {2}try: /,
      );
      expect(stderr).toMatch(/rate_missing 1/);
      expect(stderr).toMatch(/code_missing 1/);
      expect(stdout).toBe('');
      expect(exitCode).toBe(65);
      expect(outputs()).toEqual(before);

      const [run = ''] = readdirSync(join(workspace.folder, 'data/rejects'));
      expect(stderr).toContain(`data/rejects/${run}`);
      const kept = await readRows(join(workspace.folder, 'data/rejects', run, 'rates.parquet'));
      expect(kept.map(({ billing_code: code }) => code).sort()).toEqual([' ', '99213']);
      const log = readFileSync(join(workspace.folder, 'logs/etl1_scalable.error.log'), 'utf8');
      expect(log.trim().split('\n').at(-1)).toMatch(/"level":"ERROR".*2 of 4 rates rows are rejected/);

      const environment = { ETL1_MAX_REJECT_RATIO: '0.5' };
      expect((await workspace.etl1(['--payer', 'aetna'], { environment })).exitCode).toBe(0);
    });
  });
});
