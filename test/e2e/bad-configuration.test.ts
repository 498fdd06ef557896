import { describe, expect, it } from 'vitest';
import { inWorkspace } from './workspace.js';

interface Mistake {
  readonly name: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The content of config/etl1.yaml. */
  readonly yaml?: string;
  readonly exitCode: number;
  /** What the message must say. */
  readonly says: readonly string[];
}

const usage = 'reading the command line: ';
const configuration = 'reading the configuration: ';
const file = `${configuration}config/etl1.yaml`;

const onCommandLine: readonly Mistake[] = [
  { name: 'no payer', args: [], says: [`${usage}which payer?`, 'found none', '`etl1 --payer aetna`'] },
  {
    name: 'all payers and one',
    args: ['--all', '--payer', 'uhc'],
    says: [`${usage}--all loads every payer`, 'found --payer', '`etl1 --all`, or `etl1 --payer uhc`'],
  },
  {
    name: 'all payers and a file',
    args: ['--all', '--providers-file', 'x.parquet'],
    says: [`${usage}--all`, 'found --rates-file or --providers-file beside it'],
  },
  { name: 'an empty payer', args: ['--payer', ''], says: [`${usage}--payer: expected letters`, 'found ""'] },
  { name: 'a way out of the input folder', args: ['--payer', '../../etc'], says: ['found "../../etc"'] },
  {
    name: 'a payer with a slash',
    args: ['--payer', 'a/b'],
    says: ['found "a/b"', 'the part of the file names'],
  },
  {
    name: 'a payer of dots',
    args: ['--payer', '..'],
    says: [`${usage}--payer: expected letters`, 'found ".."'],
  },
  { name: 'one bad payer of two', args: ['--payer', 'aetna', '--payer', 'a b'], says: ['found "a b"'] },
  {
    name: 'a flag without its value',
    args: ['--payer'],
    says: [`${usage}--payer: expected a value; found none`],
  },
  {
    name: 'files for two payers',
    args: ['--payer', 'a', '--payer', 'b', '--rates-file', 'x.parquet'],
    says: ['are the files of one payer; found 2 payers'],
  },
  {
    name: 'no file name',
    args: ['--payer', 'a', '--rates-file', ''],
    says: ['--rates-file: expected a file; found ""'],
  },
  {
    name: 'an unknown flag',
    args: ['--payer', 'a', '--frobnicate'],
    says: [`${usage}unknown option --frobnicate`],
  },
  {
    name: 'a flag with a slip',
    args: ['--payers', 'aetna'],
    says: ['unknown option --payers; did you mean --payer?'],
  },
  { name: 'an unknown short flag', args: ['--payer', 'aetna', '-x'], says: ['unknown option -x'] },
  {
    name: 'an unknown command',
    args: ['frobnicate'],
    says: [
      `${usage}unknown command frobnicate`,
      'run, benchmark, compare, validate, compact, migrate, runs, report, sample',
    ],
  },
  { name: 'a command with a slip', args: ['sampel'], says: ['unknown command sampel; did you mean sample?'] },
  { name: 'help for a command with a slip', args: ['help', 'sampel'], says: ['did you mean sample?'] },
  {
    name: 'a key as a flag',
    args: ['--payer', 'a', '--dims-dir', 'x'],
    says: [`${usage}unknown option --dims-dir`, 'set ETL1_DIMS_DIR'],
  },
  {
    name: 'a level of other loggers',
    args: ['--payer', 'a', '--log-level', 'warn'],
    says: ['--log-level: expected DEBUG', 'found "warn"; did you mean WARNING?'],
  },
  {
    name: 'a second payer without its flag',
    args: ['--payer', 'a', 'b'],
    says: ['unexpected argument "b"', '--payer uhc'],
  },
  {
    name: 'an unknown part of config',
    args: ['config', 'shows'],
    says: ['unexpected argument "shows"; did you mean show?'],
  },
  {
    name: 'an unknown format',
    args: ['--payer', 'a', '--output-format', 'xml'],
    says: ['--output-format: expected one of summary, json; found "xml"'],
  },
  {
    name: 'a state in full',
    args: ['--payer', 'aetna', '--state', 'Georgia'],
    says: [`${usage}--state: expected two letters; found "Georgia"`],
  },
  {
    name: 'a report of nothing',
    args: ['--payer', 'aetna', '--dry-run', '--report'],
    says: ['--report', '--dry-run'],
  },
  {
    name: 'a year alone',
    args: ['--payer', 'a', '--period', '2025'],
    says: ['--period: expected a month as yyyymm', '"2025"'],
  },
  { name: 'a thirteenth month', args: ['--payer', 'a', '--period', '202513'], says: ['found "202513"'] },
  {
    name: 'chunks of nothing',
    args: ['--payer', 'a', '--chunk-size', '0'],
    says: ['--chunk-size: expected a whole number from 1'],
  },
  { name: 'half a row', args: ['--payer', 'a', '--chunk-size', '0.5'], says: ['found "0.5"'] },
  { name: 'a hexadecimal number', args: ['--payer', 'a', '--chunk-size', '0x10'], says: ['found "0x10"'] },
  {
    name: 'little memory',
    args: ['--payer', 'a', '--memory-limit', '64'],
    says: ['--memory-limit: expected a whole number from 256'],
  },
  {
    name: 'no threads',
    args: ['--payer', 'a', '--threads', '0'],
    says: ['--threads: expected null for every core', '"0"'],
  },
  {
    name: 'a mode of ones own',
    args: ['--payer', 'a', '--mode', 'append'],
    says: ['--mode: expected upsert or replace; found "append"'],
  },
  {
    name: 'a slug with capitals',
    args: ['--payer', 'a', '--payer-slug', 'Aetna'],
    says: ['--payer-slug: expected null, or lower-case'],
  },
  {
    name: 'a level of ones own',
    args: ['--payer', 'a', '--log-level', 'LOUD'],
    says: ['--log-level: expected DEBUG, INFO'],
  },
  {
    name: 'rows that are no number',
    args: ['sample', '--rates', 'many'],
    says: ['--rates: expected a whole number; found "many"'],
  },
].map((mistake) => ({ exitCode: 64, ...mistake }));

const elsewhere: readonly Mistake[] = [
  {
    name: 'a variable out of range',
    environment: { ETL1_CHUNK_SIZE: '-1' },
    says: [
      `${configuration}ETL1_CHUNK_SIZE: expected a whole number from 1 to 100,000,000, or auto; found "-1"`,
    ],
  },
  {
    name: 'a variable of a state',
    environment: { ETL1_STATE: 'Georgia' },
    says: ['ETL1_STATE: expected two letters'],
  },
  {
    name: 'a variable that is empty',
    environment: { ETL1_DATA_ROOT: '' },
    says: ['ETL1_DATA_ROOT: expected a folder as this machine has it', 'found ""'],
  },
  {
    name: 'a key with a slip',
    yaml: '# mine\nstate: GA\nchunk_sise: 10\n',
    says: [`${file}:3: chunk_sise: unknown key; did you mean chunk_size?`, '`etl1 config show'],
  },
  {
    name: 'a key of nobody',
    yaml: 'colour: red\n',
    says: [`${file}:1: colour: unknown key; expected one of the keys`],
  },
  {
    name: 'a value out of range in a file',
    yaml: 'state: GA\n\nmemory_limit_mb: 12\n',
    says: [`${file}:3: memory_limit_mb: expected a whole number from 256 to 16,777,216; found 12`],
  },
  {
    name: 'a number as text',
    yaml: 'chunk_size: "many"\n',
    says: [`${file}:1: chunk_size: expected`, 'found "many"'],
  },
  {
    name: 'a list as a value',
    yaml: 'state: [GA, TX]\n',
    says: [`${file}:1: state: expected two letters; found a list`],
  },
  {
    name: 'a key without a value',
    yaml: 'data_root:\n',
    says: [`${file}:1: data_root: expected a folder as this machine has it`, 'found nothing (null)'],
  },
  {
    name: 'a folder that leads out',
    yaml: 'gold_dir: ../gold\n',
    says: [`${file}:1: gold_dir: expected a folder below data_root`],
  },
  { name: 'a quote without end', yaml: 'state: GA\nmode: "upsert\n', says: [`${file}:`, 'not valid YAML'] },
  {
    name: 'a tab as indentation',
    yaml: 'state: GA\nmode:\n\tupsert\n',
    says: [`${file}:3: not valid YAML: tab`],
  },
  {
    name: 'a key twice',
    yaml: 'state: GA\nmode: upsert\nstate: TX\n',
    says: [`${file}:3: not valid YAML: duplicated`],
  },
  {
    name: 'a tag of ones own',
    yaml: 'state: GA\nmode: !mine upsert\n',
    says: [`${file}:2: not valid YAML: unknown`],
  },
  {
    name: 'a tag that makes code',
    yaml: 'state: !!js/function "x"\n',
    says: [`${file}:1: not valid YAML: unknown`],
  },
  {
    name: 'two documents',
    yaml: 'state: GA\n---\nstate: TX\n',
    says: [`${file}:3: a second document starts here`],
  },
  {
    name: 'a list',
    yaml: '# mine\n- state\n- GA\n',
    says: [`${file}:2: expected settings as "key: value" lines; found a list`],
  },
  {
    name: 'a text',
    yaml: 'GA\n',
    says: [`${file}:1: expected settings as "key: value" lines; found one string`],
  },
  {
    name: 'two tables in one file',
    yaml: 'dim_code_file: dim.parquet\ndim_payer_file: dim.parquet\n',
    says: ['dim_payer_file: expected a file of its own; dims/dim.parquet is also that of dim_code'],
  },
  {
    name: 'a file that is not there',
    args: ['-c', 'mine.yaml'],
    says: [`${configuration}mine.yaml: there is no such file`, '`--config`'],
  },
  {
    name: 'a folder as a file',
    args: ['-c', 'data'],
    says: [`${configuration}data: this is a folder; expected a YAML file`],
  },
  {
    name: 'a variable that names no file',
    environment: { ETL1_CONFIG: 'no.yaml' },
    says: ['no.yaml: there is no such file', 'ETL1_CONFIG'],
  },
  {
    name: 'one slug for payers that replace',
    args: ['--payer', 'a', '--payer', 'b', '--mode', 'replace'],
    yaml: 'payer_slug_override: one\n',
    says: ['payer_slug_override makes one payer, one, of', 'expected one payer where mode is replace'],
  },
].map((mistake) => ({ exitCode: 78, ...mistake }));

describe.each([
  ['on the command line', onCommandLine],
  ['in a file or the environment', elsewhere],
])('a mistake %s', (_, mistakes) => {
  it.each(mistakes)('$name: exit $exitCode, one message, nothing written', async (mistake) => {
    await inWorkspace(async (workspace) => {
      if (mistake.yaml !== undefined) workspace.write('config/etl1.yaml', mistake.yaml);
      const before = workspace.list();
      const ofCommandLine = mistake.exitCode === 64;
      const args = [...(ofCommandLine ? [] : ['--payer', 'aetna']), ...(mistake.args ?? [])];
      const { environment = {} } = mistake;
      const { exitCode, stdout, stderr } = await workspace.etl1(args, { environment });
      expect(stderr).toMatch(/^etl1: [a-z ]+: .+\n {2}try: .+\n$/);
      for (const text of mistake.says) expect(stderr).toContain(text);
      expect(stdout).toBe('');
      expect(exitCode).toBe(mistake.exitCode);
      expect(workspace.list()).toEqual(before);
    });
  });
});

describe('a mistake', () => {
  it('is one JSON object where JSON is asked for', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const args = ['--payer', 'aetna', '--output-format', 'json'];
      const { stdout, exitCode } = await etl1([...args, '--state', 'Georgia']);
      expect(JSON.parse(stdout)).toEqual({
        status: 'failed',
        error: {
          exit_code: 64,
          step: 'reading the command line',
          message: '--state: expected two letters; found "Georgia"; did you mean GA?',
          hint: expect.any(String),
        },
      });
      expect(exitCode).toBe(64);
    });
  });

  it('in config show is told in the same way', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('config/etl1.yaml', 'stat: GA\n');
      const { stderr, exitCode } = await workspace.etl1(['config', 'show']);
      expect(stderr).toContain('config/etl1.yaml:1: stat: unknown key; did you mean state?');
      expect(exitCode).toBe(78);
    });
  });
});
