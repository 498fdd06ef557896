import { isTerminalDumb, thisEnvironment } from '../config/environment.js';
import type { Settings } from '../config/settings.js';
import type { LogEcho, LogLevel } from './logs.js';
import { printableLines } from './printable.js';
import type { RunOptions } from './run-options.js';

/** What stderr is. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly isDumb: boolean;
  readonly noColor: boolean;
}

/** What a run prints on stderr, besides errors. */
export interface Presentation {
  readonly progress: 'bar' | 'lines' | 'none';
  /** From which level on lines of the log are printed, and how; null where none are but warnings, in words. */
  readonly log: { readonly level: LogLevel; readonly style: 'json' | 'coloured' | 'plain' } | null;
}

type Flags = Pick<RunOptions, 'progress' | 'quiet' | 'verbose' | 'color'>;

/** Decides what is printed: a bar needs a terminal that can redraw a line, and would break JSON lines. */
export function presentationOf(
  { progress, quiet, verbose, color }: Flags,
  { log_format: format, log_level: level }: Pick<Settings, 'log_format' | 'log_level'>,
  { isTerminal, isDumb, noColor }: Terminal = thisTerminal(),
): Presentation {
  const isRich = isTerminal && !isDumb && format === 'text';
  const isSilent = quiet || !progress;
  const isColoured = isRich && color && !noColor;
  const style = format === 'json' ? 'json' : isColoured ? 'coloured' : 'plain';
  const isLogged = verbose || format === 'json';
  // whoever asks for less than warnings gets less
  const isLess = quiet && (level === 'DEBUG' || level === 'INFO');
  return {
    progress: isSilent ? 'none' : isRich ? 'bar' : 'lines',
    log: isLogged ? { level: isLess ? 'WARNING' : level, style } : null,
  };
}

function thisTerminal(): Terminal {
  return {
    isTerminal: process.stderr.isTTY === true,
    isDumb: isTerminalDumb(),
    noColor: thisEnvironment().noColor,
  };
}

/** How lines of the log are printed. The library for people's eyes is loaded where it is needed. */
export async function echoOf({ log }: Presentation, print: (line: string) => void): Promise<LogEcho | null> {
  if (!log) return null;
  // JSON means the same with what a terminal would obey escaped
  if (log.style === 'json') return { level: log.level, print: (line) => print(printableLines(line)) };
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: log.style === 'coloured',
    translateTime: 'SYS:HH:MM:ss',
    customLevels: 'DEBUG:20,INFO:30,WARNING:40,ERROR:50,CRITICAL:60',
    singleLine: true,
  });
  return { level: log.level, print: (line) => print(format(line) ?? '') };
}
