import { coresOf } from '../config/environment.js';
import type { Config } from '../config/load.js';
import { leastMemoryMb } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { limitWithin } from './budget.js';
import { containerMemoryMb } from './container-memory.js';

/**
 * The configuration of each of some runs at a time, whose memory and threads add up to no more than one may take. Throws
 * `config` where that is too little memory for each.
 */
export function divideBudget(config: Config, runs: number, containerMb = containerMemoryMb()): Config {
  if (runs === 1) return config;
  const { memory_limit_mb: limitMb, threads } = config.settings;
  const wholeMb = limitWithin(limitMb, containerMb);
  const shareMb = Math.floor(wholeMb / runs);
  if (shareMb < leastMemoryMb) throw tooManyRuns(runs, wholeMb, wholeMb < limitMb);
  const share = { memory_limit_mb: shareMb, threads: Math.max(1, Math.floor(coresOf(threads) / runs)) };
  return {
    ...config,
    settings: { ...config.settings, ...share },
    origins: new Map([...config.origins, ['memory_limit_mb', 'flag'], ['threads', 'flag']]),
  };
}

function tooManyRuns(runs: number, wholeMb: number, isContained: boolean): EtlError {
  const most = Math.max(1, Math.floor(wholeMb / leastMemoryMb));
  const more = isContained ? 'more memory for the container' : `\`--memory-limit ${runs * leastMemoryMb}\``;
  return new EtlError(
    'config',
    `--jobs: ${runs} runs at a time have ${Math.floor(wholeMb / runs)} MB each of ${wholeMb} MB; expected at least ${leastMemoryMb} MB each`,
    { step: 'dividing the memory', hint: `at most \`--jobs ${most}\`, or ${more}` },
  );
}
