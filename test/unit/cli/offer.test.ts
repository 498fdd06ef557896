import { describe, expect, it } from 'vitest';
import { offer } from '../../../src/cli/offer.js';
import { programToLookAt } from './program.js';

const program = programToLookAt();

describe('offer', () => {
  it.each<[Parameters<typeof offer>[0], string[], string]>([
    ['bash', ['con'], 'config\n'],
    ['zsh', ['con'], 'config:write, show or describe the configuration\n'],
    ['fish', ['con'], 'config\twrite, show or describe the configuration\n'],
    ['zsh', ['--data-r'], '--data-root:folder of inputs and outputs (default: data)\n'],
    ['fish', ['--mode='], 'upsert\nreplace\n'],
    ['zsh', ['--mode=r'], 'replace\n'],
    // as bash cuts and quotes
    ['bash', ['--mode', '=', 're'], 'replace\n'],
    ['bash', ['--mode', '='], 'upsert\nreplace\n'],
    ['bash', ['--mode', '"re'], 'replace\n'],
    ['bash', ['--data-root', 'a', '@', 'b', ':', 'c', '--mode', 'u'], 'upsert\n'],
    ['bash', ['--data-root', 'my\\ dir', '--mode', "'u"], 'upsert\n'],
    ['bash', ['--rates-file', ''], ':files\n'],
    ['fish', ['--data-root='], ':folders\n'],
    ['bash', ['nothing'], ''],
  ])('tells %s of %j', async (shell, words, text) => expect(await offer(shell, program, words)).toBe(text));
});
