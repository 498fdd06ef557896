import type { Observer } from '../pipeline/events.js';
import { count } from './format.js';

/** Prints a line as each chunk starts and each later step ends. */
export function reportProgress(stream: { write(line: string): unknown }): Observer {
  return (event) => {
    if (event.type === 'chunk-started') {
      const { source, chunk, chunks, firstRow, rows } = event;
      const range = `rows ${count(firstRow)}-${count(firstRow + rows)}`;
      stream.write(`Processing ${source} chunk ${chunk}/${chunks} (${range})\n`);
    }
    if (event.type === 'step-finished') {
      stream.write(`Finished ${event.step} in ${event.seconds.toFixed(1)} seconds\n`);
    }
  };
}
