import type { Settings } from '../config/settings.js';

type LogFormat = Settings['log_format'];

/** What a command line asks for, told before it is parsed: its mistakes are printed that way too. */
export function logFormatAsked(argv: readonly string[]): LogFormat | null {
  const asked = argv.flatMap((word, index) => {
    if (word.startsWith('--log-format=')) return [word.slice('--log-format='.length)];
    return argv[index - 1] === '--log-format' ? [word] : [];
  });
  return formatOf(asked.at(-1));
}

/** What the environment asks for where the configuration cannot be read. */
export async function logFormatOfEnvironment(): Promise<LogFormat | null> {
  const { thisEnvironment } = await import('../config/environment.js');
  return formatOf(thisEnvironment().settings.get('log_format'));
}

function formatOf(value: unknown): LogFormat | null {
  return value === 'text' || value === 'json' ? value : null;
}
