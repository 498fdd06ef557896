import { largestOf, leastOf, medianOf } from './statistics.js';

/**
 * What the measures of a scenario make of one of its figures, in words.
 *
 * @typedef {object} Finding
 * @property {string} target
 * @property {string} measured
 * @property {string} range From the least to the most over the turns.
 * @property {string} verdict
 */

/** The kinds of figures: the value in each turn, and the one of them that counts. */
const kinds = {
  ratio: { unit: '×', digits: 2, counts: medianOf, read: ratios(({ seconds }) => seconds) },
  ratioOfPeaks: { unit: '×', digits: 2, counts: medianOf, read: ratios(({ peakRssMb }) => peakRssMb) },
  secondsOf: { unit: 's', digits: 2, counts: medianOf, read: values(({ seconds }) => seconds) },
  peakOf: { unit: 'MB', digits: 0, counts: largestOf, read: values(({ peakRssMb }) => peakRssMb) },
  bytesPerFactByteOf: {
    unit: '×',
    digits: 2,
    counts: medianOf,
    read: values(({ bytesMade, factBytesMade }) => bytesMade / factBytesMade),
  },
  busiestOf: {
    unit: 'of the time',
    digits: 2,
    counts: medianOf,
    read: values(({ busiestShare }) => busiestShare),
  },
};

/**
 * Judges a figure by the turns of its scenario's contestants.
 *
 * @param {Record<string, object[]>} contestants Measures by contestant, a turn each.
 * @returns {Finding}
 */
export function judge(figure, contestants) {
  const name = Object.keys(kinds).find((kind) => kind in figure);
  const { unit, digits, counts, read } = kinds[name];
  const subjects = [figure[name]].flat();
  const write = (value) =>
    `${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
  const than = subjects[1] === undefined ? '' : ` ${subjects[1]}`;
  const target = targetOf(figure, write, than);
  const failure = subjects.flatMap((subject) => contestants[subject] ?? []).find(({ failed }) => failed);
  if (failure) return { target, measured: '', range: '', verdict: `failed: ${failure.failed}` };
  const found = read(contestants, subjects).filter(Number.isFinite);
  if (found.length === 0) return { target, measured: '', range: '', verdict: 'not measured' };
  const value = counts(found);
  return {
    target,
    measured: write(value),
    range: `${write(leastOf(found))} – ${write(largestOf(found))}, ${found.length} turn${found.length === 1 ? '' : 's'}`,
    verdict: verdictOn(figure, value),
  };
}

function targetOf({ atMost, dream }, write, than) {
  return `≤ ${write(atMost)}${than}${dream === undefined ? '' : ` (dream: ${write(dream)})`}`;
}

function verdictOn({ atMost }, value) {
  return value <= atMost ? 'met' : `missed by ${((value / atMost - 1) * 100).toFixed(1)} %`;
}

function values(read) {
  return (contestants, [subject]) => (contestants[subject] ?? []).map(read);
}

/** Measures of one turn are compared with one another: the machine was as busy for both. */
function ratios(read) {
  return (contestants, [subject, other]) => {
    const others = contestants[other === 'the best' ? fastestOf(contestants) : other] ?? [];
    return (contestants[subject] ?? []).flatMap((measure, turn) =>
      others[turn] === undefined ? [] : [read(measure) / read(others[turn])],
    );
  };
}

function fastestOf(contestants) {
  const medians = Object.entries(contestants)
    .map(([name, turns]) => [name, turns.filter(({ failed }) => failed === undefined)])
    .filter(([, turns]) => turns.length > 0)
    .map(([name, turns]) => [name, medianOf(turns.map(({ seconds }) => seconds))]);
  return medians.sort(([, one], [, other]) => one - other)[0]?.[0];
}
