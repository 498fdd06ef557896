import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/cli/print-error.js';
import { EtlError } from '../../../src/errors.js';
import { hasSystemd } from '../../support/systemd.js';
import { runInShell } from './examples.js';
import { blocksOf, readPage } from './markdown.js';
import { onServer, type Server, sampleRows } from './server.js';

const page = readPage('docs/running.md');
const [service = '', timer = ''] = blocksOf(page)
  .filter(({ language }) => language === 'ini')
  .map(({ code }) => code);
const noUnits = 'there is no systemd-analyze';

/** What a unit says of something, for the payer aetna. */
function valueIn(unit: string, key: string): string {
  const [line = '', ...others] = unit.split('\n').filter((one) => one.startsWith(`${key}=`));
  if (line === '' || others.length > 0) throw new RangeError(`${key} is not said once`);
  return line.slice(key.length + 1).replaceAll('%i', 'aetna');
}

/** Writes the units of the page as files that its headings name, with paths as they are here. */
function writeUnits({ at, placed }: Server): string[] {
  const units: readonly (readonly [string, string])[] = [
    ['etl1@.service', service],
    ['etl1@.timer', timer],
  ];
  return units.map(([name, unit]) => {
    expect(page).toContain(`\`/etc/systemd/system/${name}\``);
    writeFileSync(at(name), `${placed(unit)}\n`);
    return at(name);
  });
}

/** What systemd has against units, but not against others that they need and the machine has. */
function complaintsOf(files: readonly string[]): string[] {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
  const complaints = stderr.split('\n').filter((line) => line.includes('etl1@'));
  return status === 0 || complaints.length > 0 ? complaints : [`${status}: ${stderr}`];
}

describe('the units of docs/running.md', () => {
  it('are what systemd takes', ({ skip }) =>
    onServer(async (server) => {
      skip(!hasSystemd, noUnits);
      expect(complaintsOf(writeUnits(server))).toEqual([]);
    }));

  it.for([
    ['a key that there is not', 'Restrat=on-failure', /Unknown key/],
    ['a command that there is not', 'ExecStartPost=/srv/nothing', /\/srv\/nothing is not executable/],
  ] as const)('would not be with %s', ([, line, complaint], { skip }) =>
    onServer(async (server) => {
      skip(!hasSystemd, noUnits);
      const [file = ''] = writeUnits(server);
      writeFileSync(file, server.placed(service).replace('[Service]', `[Service]\n${line}`));
      expect(complaintsOf([file])).toEqual([expect.stringMatching(complaint)]);
    }),
  );

  it('begin every night', ({ skip }) => {
    skip(!hasSystemd, noUnits);
    const { stdout } = spawnSync('systemd-analyze', ['calendar', valueIn(timer, 'OnCalendar')], {
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/Normalized form: \*-\*-\* 04:15:00$/m);
  });

  it('have a command that loads the sample, and then finds nothing to do', () =>
    onServer(async ({ at, placed, path }) => {
      const cwd = placed(valueIn(service, 'WorkingDirectory'));
      const command = placed(valueIn(service, 'ExecStart'));
      expect(command.startsWith(`${at('/usr/local/bin/etl1')} `)).toBe(true);
      const outputs = () => runInShell(sampleRows.command, { cwd });
      expect(await runInShell(command, { cwd, path })).toMatch(/^etl1: warning: aetna: /);
      expect(await outputs()).toBe(sampleRows.printed);
      expect(await runInShell(command, { cwd, path })).toBe('');
      expect(await outputs()).toBe(sampleRows.printed);
    }));

  it('take it for no failure that another run loads the same', () => {
    const code = exitCodeOf(new EtlError('busy', '', { step: '' }));
    expect(valueIn(service, 'SuccessExitStatus')).toBe(String(code));
  });
});

describe('the crontab of docs/running.md', () => {
  it('has a command that loads the sample', () =>
    onServer(async ({ at, placed, path }) => {
      const crontab = blocksOf(page).find(({ language }) => language === 'crontab')?.code ?? '';
      const [, command = ''] = /^15 4 \* \* \* +(.*)$/m.exec(placed(crontab)) ?? [];
      const cwd = at('/srv/tic');
      const [script = ''] = (blocksOf(page).find(({ language }) => language === 'sh')?.code ?? '').split(
        './load-month',
      );
      await runInShell(script, { cwd });
      // the sample has none of the second payer
      const output = await runInShell(`(${command}) || echo "ended with $?"`, { cwd: at('/'), path });
      expect(output).toMatch(/load-month: uhc failed with 66\nended with 66\n$/);
      expect(await runInShell(sampleRows.command, { cwd })).toBe(sampleRows.printed);
    }));
});
