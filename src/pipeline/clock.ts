import type { StepSeconds } from './summary.js';

/** Does a step, and keeps how long it took. */
export async function clocked<T>(
  steps: StepSeconds,
  step: keyof StepSeconds,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const result = await work();
  steps[step] = (performance.now() - started) / 1000;
  return result;
}
