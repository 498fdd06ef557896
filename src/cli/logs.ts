import { basename, dirname, extname, join } from 'node:path';
import pino from 'pino';
import { EtlError, messageOf } from '../errors.js';
import type { Observer, RunEvent } from '../pipeline/events.js';
import type { Summary } from '../pipeline/summary.js';
import { writeNote } from './output.js';

export interface RunLogOptions {
  readonly file: string;
  /** DEBUG, INFO, WARNING, ERROR or CRITICAL. */
  readonly level: string;
  readonly runId: string;
  readonly payer: string;
}

/** The log files of one run. */
export interface RunLog {
  readonly file: string;
  readonly event: Observer;
  finished(summary: Summary): void;
  /** Says that a run has nothing to do, because that one did it. */
  unchanged(runId: string): void;
  warn(message: string): void;
  /** Says why the run failed; after `close` it does nothing. */
  failed(thrown: unknown): void;
  /** Every line is on disk as it is written: closing only lets go of the files. */
  close(): void;
}

const levels: Readonly<Record<string, pino.Level>> = {
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
  'chunk-failed': { level: 'warn', text: 'rows are left out' },
  waiting: { level: 'info', text: 'waiting for another run to publish' },
};

/**
 * Opens the log, the error log and the performance log: `x.log`, `x.error.log` and `x.perf.log`, as JSON lines.
 * Throws `output` where one cannot be opened.
 */
export function openRunLog({ file, level, runId, payer }: RunLogOptions): RunLog {
  const all = open(file);
  const errors = open(beside(file, 'error'));
  const perf = open(beside(file, 'perf'));
  const streams = [
    { stream: all, level: levels[level] ?? 'info' },
    { stream: errors, level: 'warn' as const },
  ];
  const options: pino.LoggerOptions = {
    level: 'debug',
    base: { run_id: runId, payer },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: levelNames[label] ?? label }) },
  };
  const log = pino(options, pino.multistream(streams));
  const performanceLog = pino(options, perf);

  let isOpen = true;
  return {
    file,
    event(event) {
      if (event.type === 'started') log.info('run started');
      if (event.type === 'chunk-started') log.debug(event, 'chunk started');
      const message = messages[event.type];
      if (message) log[message.level](event, message.text);
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
    failed(thrown) {
      if (isOpen) log.error({ err: thrown }, messageOf(thrown));
    },
    close() {
      isOpen = false;
      for (const destination of [all, errors, perf]) destination.end();
    },
  };
}

/** Opens a file to append to. What fails later, on a full disk, is said once: a load does not end for its log. */
function open(dest: string): ReturnType<typeof pino.destination> {
  try {
    const destination = pino.destination({ dest, mkdir: true, sync: true });
    let isSaid = false;
    destination.on('error', (cause) => {
      if (!isSaid) writeNote(`etl1: warning: ${dest} cannot be written: ${messageOf(cause)}`);
      isSaid = true;
    });
    return destination;
  } catch (cause) {
    throw new EtlError('output', `${dest}: the log cannot be opened: ${messageOf(cause)}`, {
      step: 'opening the log',
      hint: 'check the rights there, or set `log_file` (ETL1_LOG_FILE) to another file',
      cause,
    });
  }
}

type Measured = Extract<Parameters<Observer>[0], { seconds: number }>;

function measured(event: Measured) {
  const heap_mb = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
  const common = { seconds: round(event.seconds), rss_mb: Math.round(event.rssMb), heap_mb };
  if (event.type === 'step-finished') return { step: event.step, ...common };
  const { source, rowsIn, rowsOut, seconds } = event;
  const rowsPerSecond = Math.round(rowsIn / Math.max(seconds, 1e-6));
  return {
    step: 'chunk',
    source,
    rows_in: rowsIn,
    rows_out: rowsOut,
    ...common,
    rows_per_second: rowsPerSecond,
  };
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

function beside(file: string, kind: string): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.${kind}${extension}`);
}
