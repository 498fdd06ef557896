import { basename, dirname, extname, join } from 'node:path';
import pino from 'pino';
import type { logLevels } from '../config/settings.js';
import { messageOf } from '../errors.js';
import type { Observer, RunEvent } from '../pipeline/events.js';
import type { Summary } from '../pipeline/summary.js';
import { fieldsOf } from './event-fields.js';
import { LogFile } from './log-file.js';
import { logTrouble } from './log-trouble.js';
import { type Fields, notes } from './notes.js';
import { severityOf } from './print-error.js';
import { leftOutLine } from './progress-lines.js';

export type LogLevel = (typeof logLevels)[number];

/** What is printed of the lines that are logged, besides going to files. */
export interface LogEcho {
  readonly level: LogLevel;
  /** Is given a JSON line with its line break. */
  readonly print: (line: string) => void;
}

export interface RunLogOptions {
  readonly file: string;
  readonly level: LogLevel;
  readonly maxBytes: number;
  /** How many files that are full are kept. */
  readonly files: number;
  readonly runId: string;
  readonly payer: string;
  /** Null where warnings alone are printed, in words. */
  readonly echo: LogEcho | null;
}

/** The log files of one run. */
export interface RunLog {
  readonly file: string;
  /** What every line carries. */
  readonly fields: { readonly run_id: string; readonly payer: string };
  readonly event: Observer;
  finished(summary: Summary): void;
  /** Says that a run has nothing to do, because that one did it. */
  unchanged(runId: string): void;
  /** Logs what deserves a look. */
  warn(message: string): void;
  /** Logs what deserves a look at once, and prints it. */
  alert(message: string, about?: Fields): void;
  /** Says why the run failed; after `close` it does nothing. */
  failed(thrown: unknown): void;
  /** Every line is on disk as it is written: closing only lets go of the files. */
  close(): void;
}

const levels: Readonly<Record<LogLevel, pino.Level>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
};

const levelNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(levels).map(([name, label]) => [label, name]),
);

/** What is logged of events that do not happen in every run. */
const messages: Readonly<Partial<Record<RunEvent['type'], { level: 'info' | 'warn'; text: string }>>> = {
  resumed: { level: 'info', text: 'going on with what an interrupted run staged' },
  'staging-discarded': { level: 'info', text: 'starting over' },
  'chunk-retried': { level: 'warn', text: 'rows are tried again in smaller pieces' },
  'search-started': {
    level: 'warn',
    text: 'what can be read of a source is copied for Spark on this machine',
  },
  waiting: { level: 'info', text: 'waiting for another run to publish' },
};

/**
 * Opens the log, the error log and the performance log: `x.log`, `x.error.log` and `x.perf.log`, as JSON lines.
 * Throws `output` where one cannot be opened.
 */
export function openRunLog({ file, level, runId, payer, echo, ...limits }: RunLogOptions): RunLog {
  const [all, errors, perf] = openFiles([file, beside(file, 'error'), beside(file, 'perf')], limits);
  const fields = { run_id: runId, payer };
  const options: pino.LoggerOptions = {
    level: 'debug',
    base: fields,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: levelNames[label] ?? label }) },
  };
  const files = [
    { stream: all, level: levels[level] },
    { stream: errors, level: levels.WARNING },
  ];
  const echoes = echo ? [{ stream: { write: echo.print }, level: levels[echo.level] }] : [];
  const log = pino(options, pino.multistream([...files, ...echoes]));
  // an error is printed by whoever catches it
  const failureLog = pino(options, pino.multistream(files));
  const performanceLog = pino(options, perf);

  let isOpen = true;
  const alert = (message: string, about: Fields = {}) => {
    log.warn(about, message);
    if (!echo) notes.warn(message, { ...fields, ...about });
  };
  return {
    file,
    fields,
    event(event) {
      if (event.type === 'started') log.info('run started');
      if (event.type === 'chunk-started') log.debug(fieldsOf(event), 'chunk started');
      if (event.type === 'chunk-failed') alert(leftOutLine(event), fieldsOf(event));
      const message = messages[event.type];
      if (message) log[message.level](fieldsOf(event), message.text);
      if (event.type === 'chunk-finished' || event.type === 'step-finished')
        performanceLog.info(measured(event));
    },
    finished(summary) {
      for (const [reason, rows] of Object.entries(summary.warnings))
        log.warn({ reason, rows }, 'loaded, but unusual');
      for (const [source, reasons] of Object.entries(summary.rejects)) {
        for (const [reason, rows] of Object.entries(reasons))
          log.warn({ source, reason, rows }, 'rows rejected');
      }
      // every line carries these two already
      const { run_id: _, payer: __, ...rest } = summary;
      log.info(rest, 'run finished');
    },
    unchanged(runId) {
      log.info({ unchanged_since: runId }, 'nothing to do');
    },
    warn(message) {
      log.warn(message);
    },
    alert(message, about) {
      if (isOpen) alert(message, about);
    },
    failed(thrown) {
      if (isOpen) failureLog[levels[severityOf(thrown)]]({ err: thrown }, messageOf(thrown));
    },
    close() {
      isOpen = false;
      for (const open of [all, errors, perf]) open.end();
    },
  };
}

type Three<T> = readonly [T, T, T];

function openFiles(files: Three<string>, limits: Pick<RunLogOptions, 'maxBytes' | 'files'>): Three<LogFile> {
  const open = (file: string) => {
    // a load does not end for its log
    const complain = (message: string) => notes.warn(`${file} cannot be written: ${message}`);
    try {
      return new LogFile(file, { ...limits, complain });
    } catch (cause) {
      throw logTrouble(file, cause);
    }
  };
  return [open(files[0]), open(files[1]), open(files[2])];
}

type Measured = Extract<Parameters<Observer>[0], { seconds: number }>;

function measured(event: Measured) {
  const { rowsIn, rowsOut, seconds, rssMb } = event;
  return {
    ...(event.type === 'chunk-finished' ? { step: 'chunk', source: event.source } : { step: event.step }),
    rows_in: rowsIn,
    rows_out: rowsOut,
    seconds: round(seconds),
    rss_mb: Math.round(rssMb),
    heap_mb: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    rows_per_second: Math.round(rowsIn / Math.max(seconds, 1e-6)),
  };
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

function beside(file: string, kind: string): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.${kind}${extension}`);
}
