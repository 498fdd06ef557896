import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCompactCommand } from '../../../src/cli/compact-command.js';
import { addMigrateCommand } from '../../../src/cli/migrate-command.js';
import { compactionAsText } from '../../../src/cli/run-compact.js';
import { migrationAsText } from '../../../src/cli/run-migrate.js';

const partition = 'state=GA/payer_slug=acme/year_month=2025-08';

describe('compactionAsText', () => {
  it('has a line for each partition whose parts were joined', () => {
    const compacted = [
      {
        ...{ partition, rows: 12_345, parts_before: 30, parts: 2 },
        ...{ bytes_before: 3 * 2 ** 20, bytes: 2 ** 20 },
      },
    ];
    expect(compactionAsText({ partitions: 3, compacted })).toMatch(
      new RegExp(
        `^ +partition +rows +parts +size\\n +${partition} +12,345 +30 to 2 +\\S+ MB to \\S+ MB\\n1 of 3 partitions compacted\\n$`,
      ),
    );
  });

  it('says that nothing was to do', () => {
    expect(compactionAsText({ partitions: 1, compacted: [] })).toBe(
      'Nothing to do: 1 partition, none with parts to join\n',
    );
  });
});

describe('migrationAsText', () => {
  const migration = { rows: 12_345, files: 2, bytes: 2 ** 20, path: '/data/a\u001b' } as const;

  it('says where facts are now, what was made sure of, and what is to be set', () => {
    const text = migrationAsText({ status: 'migrated', layout: 'partitioned', ...migration });
    expect(text.split('\n')).toEqual([
      'Facts are partitioned now: every row was compared before the old ones went',
      expect.stringMatching(/^12,345 facts in 2 files, \S+ MB: \/data\/a\\u001b$/),
      'Set `fact_layout: partitioned` for the next load',
      '',
    ]);
  });

  it('says that nothing was to do', () => {
    const text = migrationAsText({ status: 'unchanged', layout: 'single', ...migration, rows: 1, files: 1 });
    expect(text).toMatch(/^Nothing to do: facts are single already\n1 fact in 1 file, /);
    expect(text).toMatch(/\nSet `fact_layout: single` for the next load\n$/);
  });
});

/** What a command line asks for. */
async function parse(...args: readonly string[]) {
  const asked: { options: object; settings: object }[] = [];
  const program = new Command().exitOverride().configureOutput({ outputError: () => {} });
  const note = (options: object, settings: ReadonlyMap<string, string>) => {
    asked.push({ options, settings: Object.fromEntries(settings) });
  };
  addCompactCommand(program, note);
  addMigrateCommand(program, note);
  await program.parseAsync(args, { from: 'user' });
  return asked[0];
}

describe('the flags of compact and migrate', () => {
  const given = ['--data-root', 'there', '--memory-limit', '512', '--threads', '1', '-q', '-c', 'my.yaml'];
  const settings = { data_root: 'there', memory_limit_mb: '512', threads: '1' };

  it('have defaults', async () => {
    expect(await parse('compact')).toMatchObject({
      options: { outputFormat: 'summary', quiet: false, progress: true },
      settings: {},
    });
    expect(await parse('migrate', '--to', 'single')).toMatchObject({
      options: { to: 'single', outputFormat: 'summary', quiet: false },
      settings: {},
    });
  });

  it('say where facts are, what it may take, and what is printed', async () => {
    expect(await parse('compact', ...given, '--no-progress', '--output-format', 'json')).toMatchObject({
      options: { config: 'my.yaml', outputFormat: 'json', quiet: true, progress: false },
      settings,
    });
    expect(await parse('migrate', '--to', 'partitioned', ...given)).toMatchObject({
      options: { to: 'partitioned', config: 'my.yaml', quiet: true },
      settings,
    });
  });

  it.each([
    [['migrate'], /required option '--to <layout>' not specified/],
    [['migrate', '--to', 'many'], /Allowed choices are single, partitioned/],
    [['compact', '--output-format', 'xml'], /Allowed choices are summary, json/],
    [['compact', '--to', 'single'], /unknown option '--to'/],
  ])('refuse %j', async (args, message) => {
    await expect(parse(...args)).rejects.toThrow(message);
  });
});
