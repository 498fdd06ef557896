import { z } from 'zod';
import { EtlError } from '../errors.js';
import { type StopOrder, stopSignals } from './signals.js';

const orderSchema = z.object({ signal: z.enum(stopSignals), isFirst: z.boolean() });

/** Has a process stop that another one of this program has started, when that one says so, or is gone. */
export function obeyParent(
  stop: AbortController,
  tell: (message: string) => void,
  obey: (order: StopOrder) => void,
): void {
  process.on('message', (message) => {
    const order = orderSchema.safeParse(message);
    if (order.success) obey(order.data);
  });
  const abandon = () => {
    if (stop.signal.aborted) return;
    tell('the command that started this run is gone: stopping at the next safe point');
    stop.abort(abandoned());
  };
  process.on('disconnect', abandon);
  if (!process.connected) abandon();
  // to be told is no reason to stay
  process.channel?.unref();
}

function abandoned(): EtlError {
  return new EtlError('terminated', 'the command that started this run is gone; nothing was published', {
    step: 'running',
    hint: 'run that command again to go on from there',
  });
}
