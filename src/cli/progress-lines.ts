import type { Observer, RunEvent, StepName } from '../pipeline/events.js';
import { fieldsOf } from './event-fields.js';
import { count } from './format.js';

/** Into how many parts a source is divided at most, of each of which one chunk is told. */
const mostLines = 20;

/**
 * Says a line as a chunk starts, and as the steps after it end. Of a source with many chunks the first is told, the last,
 * and one for each twentieth of the way.
 */
export function sayProgress(say: (line: string, fields: Record<string, unknown>) => void): Observer {
  const told = new Map<StepName, number>();
  const isDue = ({ source, chunk, chunks }: Extract<RunEvent, { type: 'chunk-started' }>) => {
    const part = Math.floor((chunk * mostLines) / Math.max(chunks, mostLines));
    const isNews = part !== told.get(source) || chunk === chunks;
    told.set(source, part);
    return isNews;
  };
  return (event) => {
    if (event.type === 'chunk-started' && !isDue(event)) return;
    const line = progressLine(event) ?? newsLine(event);
    if (line !== null) say(line, fieldsOf(event));
  };
}

/** Says what does not happen in every run: what a bar does not show. */
export function sayNews(say: (line: string, fields: Record<string, unknown>) => void): Observer {
  return (event) => {
    const line = newsLine(event);
    if (line !== null) say(line, fieldsOf(event));
  };
}

function progressLine(event: RunEvent): string | null {
  if (event.type === 'chunk-started') {
    const { source, chunk, chunks, firstRow, rows } = event;
    return `Processing ${source} chunk ${chunk}/${chunks} (rows ${range(firstRow, rows)})`;
  }
  // the last chunk tells of the end of a source
  if (event.type !== 'step-finished' || event.step === 'rates' || event.step === 'providers') return null;
  return `Finished ${event.step} in ${event.seconds.toFixed(1)} seconds`;
}

function newsLine(event: RunEvent): string | null {
  switch (event.type) {
    case 'resumed':
      return `Resuming: ${event.chunks} of ${event.of} ${event.source} chunks are staged already`;
    case 'staging-discarded':
      return `Starting over: what an interrupted run staged is of no use: ${event.reason}`;
    case 'chunk-retried':
      return `Trying ${event.source} rows ${range(event.firstRow, event.rows)} again in smaller pieces: ${event.reason}`;
    case 'search-started':
      return `Going through ${event.source} on this machine: what can be read is copied for Spark`;
    case 'engine-waiting':
      return `Spark is waiting for its cluster: ${event.reason || 'it has not said anything'}`;
    case 'waiting':
      return `Waiting to publish: outputs are being written ${event.holder}`;
    default:
      return null;
  }
}

/** What is said of rows that are left out. */
export function leftOutLine(event: Extract<RunEvent, { type: 'chunk-retried' | 'chunk-failed' }>): string {
  const { source, file, firstRow, rows, reason } = event;
  return `${source} rows ${range(firstRow, rows)} of ${file} are left out: ${reason}`;
}

function range(firstRow: number, rows: number): string {
  return `${count(firstRow)}-${count(firstRow + rows)}`;
}
