import type { StepName } from '../pipeline/events.js';

/** How far a step is, and what it takes. */
export interface BarState {
  readonly step: StepName;
  /** Parts that are done, of how many; of a source, rows. */
  readonly done: number;
  readonly of: number;
  /** Parts that were done before. */
  readonly doneBefore: number;
  readonly rows: number;
  readonly seconds: number;
  readonly rssMb: number;
  readonly limitMb: number;
}

/** What is left out, in turn, where a terminal is too narrow for all of it. */
const leftOut: readonly (readonly Part[])[] = [
  [],
  ['memory'],
  ['memory', 'speed'],
  ['memory', 'speed', 'left'],
  ['memory', 'speed', 'left', 'rows'],
];

type Part = 'rows' | 'speed' | 'memory' | 'left';

const longestName = 'providers'.length;
/** The least lets all of it fit into 80 columns. */
const barWidths = { least: 4, most: 30 };

/** Lays out a bar in less than so many columns. `draw` draws the bar itself. */
export function layOutBar(
  state: BarState,
  columns: number,
  draw: (share: number, width: number) => string,
): string {
  const share = state.of > 0 ? Math.min(state.done / state.of, 1) : 1;
  const name = state.step.padEnd(longestName);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const parts = partsOf(state);
  // a line that fills the last column would wrap, and so would the ^C that a terminal adds
  const room = columns - 3;
  for (const without of leftOut) {
    const texts = parts.flatMap(([part, text]) => (without.includes(part) ? [] : [text]));
    const rest = [percent, ...texts].join('  ');
    const width = Math.min(room - name.length - rest.length - 2, barWidths.most);
    if (width >= barWidths.least) return `${name} ${draw(share, width)} ${rest}`;
  }
  return `${name} ${percent}`.slice(0, Math.max(room, 0));
}

/** Texts of one width as long as numbers are usual ones, so that the bar does not change its own. */
function partsOf(state: BarState): [Part, string][] {
  const { step, done, of, rows, seconds, rssMb, limitMb } = state;
  const isSource = step === 'rates' || step === 'providers';
  const speed = seconds > 0 ? rows / seconds : 0;
  const limit = String(limitMb);
  return [
    ['rows', `${padded(isSource ? done : rows)}${isSource ? `/${short(of)}` : ''} rows`],
    ['speed', `${padded(speed)} rows/s`],
    ['memory', `${String(Math.round(rssMb)).padStart(limit.length)}/${limit} MB`],
    ['left', timeOf(state)],
  ];
}

/** The time that is left, or the time that it took. */
function timeOf(state: BarState): string {
  if (state.done >= state.of) return `in ${duration(state.seconds)}`;
  const left = secondsLeft(state);
  return `${(left === null ? '-:--' : duration(left)).padStart('0:00'.length)} left`;
}

/** Seconds that what is left takes, if it goes on like this; null where nothing is known yet. */
export function secondsLeft({ done, of, doneBefore, seconds }: BarState): number | null {
  const doneNow = done - doneBefore;
  return doneNow > 0 ? (seconds * (of - done)) / doneNow : null;
}

function padded(number: number): string {
  return short(number).padStart('99.9K'.length);
}

/** A count in five characters or less: 999, 1.2K, 13.5M, 250M. */
export function short(number: number): string {
  const units = ['', 'K', 'M', 'B', 'T'];
  // what rounds to 1,000 of a unit is 1 of the next
  const power = Math.floor(Math.log10(Math.max(1, number * 1.0005)) / 3);
  const scaled = number / 1000 ** power;
  return `${scaled.toFixed(power === 0 || scaled >= 99.95 ? 0 : 1)}${units[power] ?? ''}`;
}

/** Seconds as 0:04, 12:34 or 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  const tail = `${hours > 0 ? two(minutes) : minutes}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
