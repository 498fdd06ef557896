import type { Observer, RunEvent } from '../pipeline/events.js';
import { count } from './format.js';

/** Prints a line as each chunk starts and each later step ends; what deserves a look is printed in any case. */
export function reportProgress(
  stream: { write(line: string): unknown },
  { quiet }: { readonly quiet: boolean },
): Observer {
  return (event) => {
    const line = quiet ? urgentLine(event) : (urgentLine(event) ?? progressLine(event));
    if (line !== null) stream.write(`${line}\n`);
  };
}

function urgentLine(event: RunEvent): string | null {
  if (event.type !== 'chunk-failed') return null;
  const { source, file, firstRow, rows, reason } = event;
  return `etl1: warning: ${source} rows ${range(firstRow, rows)} of ${file} are left out: ${reason}`;
}

function progressLine(event: RunEvent): string | null {
  switch (event.type) {
    case 'chunk-started': {
      const { source, chunk, chunks, firstRow, rows } = event;
      return `Processing ${source} chunk ${chunk}/${chunks} (rows ${range(firstRow, rows)})`;
    }
    case 'step-finished':
      return `Finished ${event.step} in ${event.seconds.toFixed(1)} seconds`;
    case 'resumed':
      return `Resuming: ${event.chunks} of ${event.of} ${event.source} chunks are staged already`;
    case 'staging-discarded':
      return `Starting over: what an interrupted run staged is of no use: ${event.reason}`;
    case 'chunk-retried':
      return `Trying ${event.source} rows ${range(event.firstRow, event.rows)} again in smaller pieces: ${event.reason}`;
    case 'waiting':
      return `Waiting to publish: outputs are being written ${event.holder}`;
    default:
      return null;
  }
}

function range(firstRow: number, rows: number): string {
  return `${count(firstRow)}-${count(firstRow + rows)}`;
}
