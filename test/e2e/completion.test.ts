import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { copyPayer, inWorkspace, type Workspace } from './workspace.js';

const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** Runs a script of a shell in a workspace where `etl1` is a command; gives what it prints on both streams. */
async function inShell(workspace: Workspace, shell: string, args: string[], script: string): Promise<string> {
  const folder = join(workspace.folder, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'etl1'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(folder, 'etl1'), 0o755);
  writeFileSync(join(workspace.folder, 'script'), script);
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: workspace.folder };
  const options = { cwd: workspace.folder, env, timeout: 90_000 };
  const { stdout, stderr } = await promisify(execFile)(shell, [...args, 'script'], options);
  return stdout + stderr;
}

/** Two payers, a run of one of them as far as completion can tell, and a folder whose name is hard. */
function furnish(workspace: Workspace): void {
  copyPayer(workspace, 'uhc');
  workspace.write('data/runs/20251123T093828Z-628400.json', '');
  workspace.write('data/runs/notes.txt', '');
  workspace.write('my dir/input/202508_cigna_tx_rates.parquet', '');
}

describe('completion in bash', () => {
  it('offers what the program says, with the words as bash cuts them', async () => {
    await inWorkspace(async (workspace) => {
      furnish(workspace);
      // sourced twice, as a shell does that is set up again
      const script = `set -u
source <(etl1 completion bash); source <(etl1 completion bash); complete -p etl1
compopt() { echo "compopt $*"; }
offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _etl1 etl1 "\${@: -1}" "\${@: -2:1}"; echo "$*:" "\${COMPREPLY[@]:-}"; }
offer etl1 co
offer etl1 --payer ''
offer etl1 --mode = re
offer etl1 --data-root '"my dir"' --state tx --payer c
offer etl1 runs ''
offer etl1 --rates-file da
offer etl1 --data-root ''
offer etl1 --threads many --payer ''
`;
      expect((await inShell(workspace, 'bash', ['--norc'], script)).split('\n')).toEqual([
        'complete -F _etl1 etl1',
        'etl1 co: compare compact config completion',
        'etl1 --payer : aetna uhc',
        'etl1 --mode = re: replace',
        'etl1 --data-root "my dir" --state tx --payer c: cigna',
        'etl1 runs : 20251123T093828Z-628400',
        'compopt -o default',
        'etl1 --rates-file da: ',
        'compopt -o dirnames',
        'etl1 --data-root : ',
        'etl1 --threads many --payer : ',
        '',
      ]);
    });
  });
});

describe('completion in zsh', () => {
  it.runIf(has('zsh'))('offers what the program says', async () => {
    await inWorkspace(async (workspace) => {
      furnish(workspace);
      const script = `compdef() { echo "compdef $*"; }; compset() { echo "compset $*"; }; _files() { echo "files $*"; }
_describe() { local name=$3; print -l -- "\${(@P)name}"; }
source <(etl1 completion zsh)
offer() { words=("$@"); CURRENT=$#; _etl1; }
offer etl1 conf; offer etl1 --payer ''; offer etl1 --data-root '"my dir"' --state tx --payer c; offer etl1 --data-root ''
`;
      const printed = await inShell(workspace, 'zsh', ['-f'], script);
      expect(printed.split('\n').filter((line) => !line.startsWith('compset'))).toEqual([
        'compdef _etl1 etl1',
        'config:write, show or describe the configuration',
        'aetna',
        'uhc',
        'cigna',
        'files -/',
        '',
      ]);
    });
  });
});

describe('completion in fish', () => {
  it.runIf(has('fish'))('offers what the program says', async () => {
    await inWorkspace(async (workspace) => {
      furnish(workspace);
      const script = `etl1 completion fish | source
for line in 'etl1 conf' 'etl1 --payer ' 'etl1 --mode=r' 'etl1 --data-root "my dir" --state tx --payer c' 'etl1 --data-root da'
    complete -C $line
end
`;
      expect((await inShell(workspace, 'fish', ['--no-config'], script)).split('\n')).toEqual([
        'config\twrite, show or describe the configuration',
        'aetna',
        'uhc',
        '--mode=replace',
        'cigna',
        expect.stringMatching(/^data\//),
        '',
      ]);
    });
  });
});

describe('etl1 completion', () => {
  it('answers on stdout alone, whatever is asked and however broken the configuration is', async () => {
    await inWorkspace(async (workspace) => {
      workspace.write('config/etl1.yaml', 'state: [\n');
      for (const words of [
        ['--payer', ''],
        ['runs', ''],
        ['--help', '-'],
        ['nonsense', '--version', ''],
      ]) {
        const result = await workspace.etl1(['completion', 'bash', '--words', '--', ...words]);
        expect([words, result.exitCode, result.stderr]).toEqual([words, 0, '']);
      }
      const { stdout, stderr, exitCode } = await workspace.etl1(['completion', 'bsh']);
      expect(stderr).toContain('<shell>: expected one of bash, zsh, fish; found "bsh"; did you mean bash?');
      expect([stdout, exitCode]).toEqual(['', 64]);
    });
  });

  it.each(['zsh', 'fish'])('prints a script for %s that calls it back', async (shell) => {
    await inWorkspace(async (workspace) => {
      const { stdout } = await workspace.etl1(['completion', shell]);
      expect(stdout).toContain(`completion ${shell} --words -- `);
      expect(stdout).not.toMatch(/undefined|\$\{\}/);
    });
  });
});
