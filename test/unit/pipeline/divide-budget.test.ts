import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../../src/config/load.js';
import { divideBudget } from '../../../src/pipeline/divide-budget.js';

function configOf(memory_limit_mb: number, threads: number | null = null): Config {
  const environment = { settings: new Map(), configFile: undefined, noColor: true };
  return loadConfig({ flags: { memory_limit_mb, threads }, environment, file: null });
}

const shareOf = ({ settings }: Config) => [settings.memory_limit_mb, settings.threads];
const noContainer = Number.POSITIVE_INFINITY;

describe('divideBudget', () => {
  it.each([
    { limit: 8192, threads: 8, runs: 2, container: noContainer, share: [4096, 4] },
    { limit: 1000, threads: 8, runs: 3, container: noContainer, share: [333, 2] },
    { limit: 8192, threads: 1, runs: 4, container: noContainer, share: [2048, 1] },
    // nine tenths of a container are for runs
    { limit: 8192, threads: 4, runs: 2, container: 2000, share: [900, 2] },
    { limit: 512, threads: 4, runs: 2, container: 2000, share: [256, 2] },
  ])('case %#', ({ limit, threads, runs, container, share }) => {
    expect(shareOf(divideBudget(configOf(limit, threads), runs, container))).toEqual(share);
  });

  it('shares the cores where no threads are set', () => {
    const share = Math.max(1, Math.floor(availableParallelism() / 2));
    expect(shareOf(divideBudget(configOf(8192), 2, noContainer))).toEqual([4096, share]);
  });

  it('leaves a single run what it has, however little a container leaves of it', () => {
    const config = configOf(8192);
    expect(divideBudget(config, 1, 100)).toBe(config);
  });

  it('says that the two are as if they were given', () => {
    const { origins } = divideBudget(configOf(8192), 2, noContainer);
    expect([origins.get('memory_limit_mb'), origins.get('threads'), origins.get('state')]).toEqual([
      ...['flag', 'flag', 'default'],
    ]);
  });

  it.each([
    { limit: 1000, runs: 4, container: noContainer, found: '250 MB each of 1000 MB', most: 3, more: '1024' },
    { limit: 300, runs: 2, container: noContainer, found: '150 MB each of 300 MB', most: 1, more: '512' },
    { limit: 8192, runs: 2, container: 500, found: '225 MB each of 450 MB', most: 1, more: 'container' },
  ])('refuses to make it too little: case %#', ({ limit, runs, container, found, most, more }) => {
    const divide = () => divideBudget(configOf(limit), runs, container);
    expect(divide).toThrow(`--jobs: ${runs} runs at a time have ${found}; expected at least 256 MB each`);
    expect(divide).toThrow(
      expect.objectContaining({
        kind: 'config',
        hint: expect.stringMatching(new RegExp(`^at most \`--jobs ${most}\`, or .*${more}`)),
      }),
    );
  });
});
