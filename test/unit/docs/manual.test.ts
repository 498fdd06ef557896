import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeManual } from '../../../src/cli/describe-manual.js';
import { programToLookAt } from '../cli/program.js';
import { project, readPage } from './markdown.js';

const program = programToLookAt();
const hasGroff = spawnSync('groff', ['--version']).status === 0;

describe('man/etl1.1', () => {
  it('says what the code says', () => {
    expect(readPage('man/etl1.1'), 'run `npm run docs`').toBe(describeManual(program));
  });

  it('goes with the package', () => {
    const { man, files } = JSON.parse(readPage('package.json'));
    expect(man).toBe('man/etl1.1');
    expect(files).toContain('man');
  });

  it('has every command and every flag', () => {
    const page = readPage('man/etl1.1').replaceAll('\\-', '-');
    const commands = program.commands.flatMap((command) => [command, ...command.commands]);
    for (const command of commands) {
      expect(page).toMatch(new RegExp(`^\\.SS (?:config )?${command.name()}\\b`, 'm'));
      for (const { long, hidden } of command.options) if (!hidden) expect(page).toContain(long);
    }
  });

  it.runIf(hasGroff)('is rendered without a warning, and as it is meant', async () => {
    const args = ['-man', '-Tutf8', '-ww', '-b', '-P-cbou', '-rLL=100n', join(project, 'man/etl1.1')];
    const { stdout, stderr } = await promisify(execFile)('groff', args);
    expect(stderr).toBe('');
    expect(stdout).toContain('etl1 --payer <name> [--payer <name>]... [flags]');
    expect(stdout).toMatch(/^ +--dry-run\n +check the inputs, print the plan, write nothing\.$/m);
    expect(stdout).toMatch(/^ +129, 130, 143\n +stopped by SIGHUP/m);
  });
});
