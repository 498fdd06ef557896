import { basename, dirname, extname, join } from 'node:path';
import pino from 'pino';
import { messageOf } from '../errors.js';
import type { Observer } from '../pipeline/events.js';
import type { Summary } from '../pipeline/summary.js';

export interface RunLogOptions {
  readonly file: string;
  /** DEBUG, INFO, WARNING, ERROR or CRITICAL. */
  readonly level: string;
  readonly runId: string;
  readonly payer: string;
}

/** The log files of one run. */
export interface RunLog {
  readonly event: Observer;
  finished(summary: Summary): void;
  failed(thrown: unknown): void;
  /** Flushes what is written. */
  close(): Promise<void>;
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

/** Opens the log, the error log and the performance log: `x.log`, `x.error.log` and `x.perf.log`, as JSON lines. */
export function openRunLog({ file, level, runId, payer }: RunLogOptions): RunLog {
  const destinations = [file, beside(file, 'error'), beside(file, 'perf')].map((dest) =>
    pino.destination({ dest, mkdir: true, sync: true }),
  );
  const [all, errors, perf] = destinations;
  const streams = [
    { stream: all ?? process.stderr, level: levels[level] ?? 'info' },
    { stream: errors ?? process.stderr, level: 'warn' as const },
  ];
  const options: pino.LoggerOptions = {
    level: 'debug',
    base: { run_id: runId, payer },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: levelNames[label] ?? label }) },
  };
  const log = pino(options, pino.multistream(streams));
  const performanceLog = pino(options, perf ?? process.stderr);

  return {
    event(event) {
      if (event.type === 'started') log.info('run started');
      if (event.type === 'chunk-started') log.debug(event, 'chunk started');
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
      log.info(summary, 'run finished');
    },
    failed(thrown) {
      log.error({ err: thrown }, messageOf(thrown));
    },
    async close() {
      for (const destination of destinations) destination.flushSync();
      for (const destination of destinations) destination.end();
    },
  };
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
