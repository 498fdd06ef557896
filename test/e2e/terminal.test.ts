import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runInTerminal } from '../support/pty.js';
import { screenOf } from '../support/screen.js';
import { inWorkspace } from './workspace.js';

const steps = ['rates', 'providers', 'merge', 'publish'];
const hideCursor = '\u{1b}[?25l';
const blue = '\u{1b}[34m';
const yellow = '\u{1b}[33m';

describe('a terminal', () => {
  it('shows a bar for each step, what is logged above it, and then the summary', async () => {
    await inWorkspace(async ({ folder }) => {
      const args = ['--payer', 'aetna', '--chunk-size', '5000', '--verbose'];
      // wide enough for a line of the log
      const columns = 6_000;
      const { exitCode, output } = await runInTerminal(args, { cwd: folder, columns });
      const screen = await screenOf(output, columns);
      const shown = screen.slice(
        0,
        screen.findIndex((line) => line.startsWith('✅')),
      );
      const bars = shown.filter((line) => line.includes('█'));
      expect(bars.map((line) => line.split(' ', 1)[0])).toEqual(steps);
      for (const line of bars)
        expect(line).toMatch(
          / █+ 100% +[\d.]+K?(\/[\d.]+K)? rows +[\d.]+[KM]? rows\/s +\d+\/8192 MB {2}in \d:\d\d$/,
        );
      expect(bars[0]).toContain(' 20.0K/20.0K rows ');
      expect(stripVTControlCharacters(output)).toMatch(/rates +░+ +0% .* left/);
      const logged = shown.filter((line) => /^\[\d\d:\d\d:\d\d\] [A-Z]+: .*"run_id":/.test(line));
      expect(logged.filter((line) => line.includes('DEBUG: chunk started'))).toHaveLength(5);
      expect(shown).toHaveLength(bars.length + logged.length);
      expect(output).toContain(`${blue}DEBUG`);
      expect(exitCode).toBe(0);
    });
  });

  it('is left clean by Ctrl-C', async () => {
    await inWorkspace(async ({ folder }) => {
      const { exitCode, output } = await runInTerminal(['--payer', 'aetna', '--chunk-size', '200'], {
        cwd: folder,
        press: { keys: '\u{3}', when: /rates .* left/ },
      });
      expect(exitCode).toBe(130);
      expect(await screenOf(output, 100)).toEqual([
        'etl1: warning: SIGINT: stopping at the next safe point; once more stops at once',
        expect.stringMatching(/^rates +█*░+ +\d+% .* left$/),
        'etl1: running: stopped by SIGINT; nothing was published',
        '  try: run the same command again to go on from there',
      ]);
      expect(output.endsWith('\r\n')).toBe(true);
      // what was never hidden need not be shown again, however the process ends
      expect(output).not.toContain(hideCursor);
    });
  });

  it('that is narrow has a short bar, and no colours where they are not wanted', async () => {
    await inWorkspace(async ({ folder }) => {
      const args = ['--payer', 'aetna', '--verbose', '--no-color', '--log-level', 'warning'];
      const { output } = await runInTerminal(args, { cwd: folder, columns: 40 });
      const screen = await screenOf(output, 40);
      expect(screen[0]).toMatch(/^rates +█+ 100% {2}20.0K\/20.0K rows$/);
      expect(output).toContain('WARNING: rows rejected');
      expect(output).not.toContain(yellow);
    });
  });

  it('that is dumb has lines', async () => {
    await inWorkspace(async ({ folder }) => {
      const environment = { TERM: 'dumb' };
      const { output } = await runInTerminal(['--payer', 'aetna', '-v'], { cwd: folder, environment });
      expect(output).toContain('Processing rates chunk 1/1 (rows 0-20,000)\r\n');
      expect(output).toContain('DEBUG: chunk started');
      expect(stripVTControlCharacters(output)).toBe(output);
    });
  });

  it('has JSON lines where those are asked for', async () => {
    await inWorkspace(async ({ folder }) => {
      const args = ['--payer', 'aetna', '--log-format', 'json', '--output-format', 'json'];
      const { output } = await runInTerminal(args, { cwd: folder });
      const [lines = ''] = output.split('\r\n{\r\n', 1);
      for (const line of lines.split('\r\n')) expect(JSON.parse(line)).toHaveProperty('run_id');
    });
  });
});
