import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tables } from '../../src/tables/tables.js';
import { inWorkspace } from './workspace.js';

/** Says on stderr, as the process ends, which native libraries of packages it has loaded. */
const listLibraries = `
process.on('exit', () => {
  const libraries = process.report.getReport().sharedObjects.filter((path) => path.includes('node_modules'));
  process.stderr.write('LIBRARIES ' + JSON.stringify(libraries.map((path) => path.split('/').at(-1))) + '\\n');
});`;

/** Fails outside of every promise, as a callback of a native library would, once the command has begun to run. */
const failBehind = `
const timer = setInterval(() => {
  if (process.listenerCount('uncaughtException') === 0) return;
  clearInterval(timer);
  throw new Error('panic in a callback');
}, 1);`;

function asModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

describe('streams', () => {
  it('survives a reader that goes away', async () => {
    await inWorkspace(async (workspace) => {
      const { exitCode, stderr } = await workspace.etl1(['--payer', 'aetna'], { stopReading: true });
      expect(stderr).not.toMatch(/EPIPE|Error|bug/);
      expect(exitCode).toBe(0);
      const gone = await workspace.etl1(['config', 'show'], { stopReading: true });
      expect(gone).toMatchObject({ exitCode: 0, stderr: '' });
      const help = await workspace.etl1(['--help'], { stopReading: true });
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    });
  });

  it('loads all the same when its progress has no reader', async () => {
    await inWorkspace(async (workspace) => {
      const { exitCode } = await workspace.etl1(['--payer', 'aetna', '--chunk-size', '2000'], {
        stopReading: true,
        stopReadingErrors: true,
      });
      expect(exitCode).toBe(0);
      const files = Object.keys(workspace.list('data')).filter((name) => /^(dims|xrefs|gold)\/./.test(name));
      expect(files.length).toBe(tables.length);
    });
  });

  it.runIf(process.platform === 'linux')('says that a log cannot be written, and loads', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('logs/.gitkeep', '');
      symlinkSync('/dev/full', join(workspace.folder, 'logs/etl1_scalable.log'));
      const { exitCode, stderr } = await workspace.etl1(['--payer', 'aetna', '--no-progress']);
      expect(stderr).toMatch(/^etl1: warning: logs\/etl1_scalable.log cannot be written: ENOSPC.*\n$/);
      expect(exitCode).toBe(0);
    });
  });
});

describe('errors', () => {
  it.runIf(process.platform === 'linux')('says that stdout cannot be written', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { exitCode, stderr } = await etl1(['config', 'show'], { stdoutTo: '/dev/full' });
      expect(stderr).toMatch(
        /^etl1: printing the result: stdout cannot be written: ENOSPC.*\n {2}try: .*\n$/,
      );
      expect(exitCode).toBe(73);
    });
  });

  it('reports what fails behind its back as a bug, once, with a stack only if asked for', async () => {
    await inWorkspace(async (workspace) => {
      const imports = [asModule(failBehind)];
      const plain = await workspace.etl1(['--payer', 'aetna', '--no-progress'], { imports });
      expect(plain.stderr).toMatch(
        /^etl1: this is a bug in etl1, not in your data: panic in a callback\n {2}try: report it .*--verbose( and the log logs\/etl1_scalable.log)?\n$/,
      );
      expect(plain.exitCode).toBe(1);
      const verbose = await workspace.etl1(['--payer', 'aetna', '--no-progress', '--verbose'], { imports });
      expect(verbose.stderr).toMatch(/panic in a callback\n {2}try: .*\nError: panic in a callback\n {4}at /);
      expect(verbose.exitCode).toBe(1);
    });
  });
});

describe('help and mistakes', () => {
  it.each([
    [['--help'], 0],
    [['run', '--help'], 0],
    [['--version'], 0],
    [['config', 'show'], 0],
    [['completion', 'bash', '--words', '--', '--payer', ''], 0],
    [['--payer', 'aetna', '--state', 'Georgia'], 64],
    [['--payer', 'aetna', '--dry-run'], 0],
  ])('%j loads no native library', async (args, exitCode) => {
    await inWorkspace(async (workspace) => {
      const result = await workspace.etl1(args, { imports: [asModule(listLibraries)] });
      expect(result.stderr).toContain('LIBRARIES []\n');
      expect(result.exitCode).toBe(exitCode);
    });
  });

  it('would be seen to: a run loads both', async () => {
    await inWorkspace(async (workspace) => {
      const { stderr } = await workspace.etl1(['--payer', 'aetna'], { imports: [asModule(listLibraries)] });
      expect(stderr).toMatch(/LIBRARIES .*polars.*\n/);
      expect(stderr).toMatch(/LIBRARIES .*duckdb.*\n/);
    });
  });

  it('lists commands, the flags of a run, and examples', async () => {
    await inWorkspace(
      async (workspace) => {
        const { stdout, stderr } = await workspace.etl1(['--help']);
        for (const word of [
          'sample',
          'config',
          '--payer <name>',
          '--memory-limit <MB>',
          '--dry-run',
          '--quiet',
        ])
          expect(stdout).toContain(word);
        expect(stderr).toBe('');
        expect((await workspace.etl1(['help', 'sample'])).stdout).toContain('--seed <n>');
        expect((await workspace.etl1(['--version'])).stdout).toMatch(
          /^etl1 \d+\.\d+\.\d+\npolars \d\S+\nduckdb \d\S+\nnode \d\S+\n$/,
        );
        expect((await workspace.etl1(['help', 'config', 'init'])).stdout).toMatch(
          /^Usage: etl1 config init .*\[file\]/,
        );
        expect(workspace.list()).toEqual({});
      },
      { sample: false },
    );
  });
});
