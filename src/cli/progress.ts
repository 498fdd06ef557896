import type { Observer } from '../pipeline/events.js';
import { type Fields, notes } from './notes.js';
import type { Presentation } from './presentation.js';
import { sayNews, sayProgress } from './progress-lines.js';

export interface Progress extends Disposable {
  readonly observe: Observer;
}

/** Shows how far a run is, until it is disposed of. `fields` are what each of its lines carries. */
export async function showProgress(
  style: Presentation['progress'],
  limitMb: number,
  fields: Fields,
): Promise<Progress> {
  const say = (line: string, about: Fields) => notes.say(line, { ...fields, ...about });
  if (style === 'none') return { observe: () => {}, [Symbol.dispose]() {} };
  if (style === 'lines') return { observe: sayProgress(say), [Symbol.dispose]() {} };
  const { ProgressBar } = await import('./progress-bar.js');
  const bar = new ProgressBar(process.stderr, { limitMb });
  const news = sayNews(say);
  const stop = () => notes.dropBar();
  notes.keepBelow(bar);
  // a second signal ends the process where it is
  process.once('exit', stop);
  return {
    observe(event) {
      bar.observe(event);
      news(event);
    },
    [Symbol.dispose]() {
      process.off('exit', stop);
      stop();
    },
  };
}
