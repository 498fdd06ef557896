import { judge } from './judge.js';
import { published } from './scale.js';
import { scenarios } from './scenarios.js';
import { largestOf, leastOf, medianOf } from './statistics.js';

/**
 * The page of results. Every figure has its row, also where it was not measured.
 *
 * @param {object} bench
 * @param {import('./scale.js').Scale} bench.scale
 * @param {ReturnType<import('./machine.js').describeMachine>} bench.machine
 * @param {Record<string, Record<string, object[]>>} bench.measures By scenario and contestant, a turn each.
 * @param {string} bench.notes What is to be said where a target is missed.
 * @returns {string} Markdown.
 */
export function renderReport({ scale, machine, measures, notes }) {
  const sections = [
    ['# How fast etl1 is', introduction, describeJob(scale)],
    ['## Targets', figureTable(measures), legend],
    ['## Where a target is missed', notes.trim()],
    ['## Measures', measureTable(measures)],
    ['## The machine', describeMachine(machine)],
  ];
  return `${sections.flat().join('\n\n')}\n`;
}

const introduction = `Made by \`npm run bench\`; the notes are those of [notes.md](notes.md). Ratios compare whole processes that ran in the
same turn. They are what to look at: seconds drift, and differ from machine to machine.`;

const legend = `Measured is the median over the turns; of peak memory in MB it is the largest. Peak memory is the high-water mark of the
resident set, as the kernel keeps it. Wherever tables were written, their numbers of rows were compared with those of the
peers and with the facts that the job is made of. Rows that name cores are measured on cores of half the speed: each thread gets half of the time at
most, all threads together what so many such cores have.`;

function describeJob({ rows, distinct, codes, providers }) {
  const kind =
    rows === published.rows
      ? 'as much as one insurer published for one state and month'
      : `**not the published scale** of ${count(published.rows)} rates: fixed costs weigh more here`;
  return `The job: ${count(rows)} rates that come to ${count(distinct)} facts of ${count(codes)} codes, and ${count(providers)} provider rows,
${kind}.
etl1 runs with \`--memory-limit 1024\` unless a row says otherwise, and so do the peers: one shot of DuckDB's SQL, tuned and
naive, that does nothing but write the same tables.`;
}

/** The figures alone, as lines for a terminal. */
export function renderFigures({ measures }) {
  return figuresOf(measures)
    .map(({ name, target, measured, verdict }) => `${name}: ${measured || '–'} (${target}): ${verdict}`)
    .join('\n')
    .concat('\n');
}

function figuresOf(measures) {
  return scenarios.flatMap(({ id, figures }) =>
    figures.map((figure) => ({ name: figure.name, ...judge(figure, measures[id] ?? {}) })),
  );
}

function figureTable(measures) {
  const rows = figuresOf(measures).map(({ name, target, measured, range, verdict }) => [
    name,
    target,
    measured,
    range,
    verdict,
  ]);
  return table(['what', 'target', 'measured', 'range', 'verdict'], rows);
}

function measureTable(measures) {
  const rows = scenarios.flatMap(({ id, contestants }) =>
    Object.keys(contestants).map((name) => {
      const turns = (measures[id]?.[name] ?? []).filter(({ failed }) => failed === undefined);
      const seconds = turns.map((turn) => turn.seconds);
      const cpuSeconds = turns.map((turn) => turn.cpuSeconds);
      const peaks = turns.map((turn) => turn.peakRssMb);
      return [
        id,
        name,
        String(turns.length),
        written(medianOf, seconds, 2),
        `${written(leastOf, seconds, 2)} – ${written(largestOf, seconds, 2)}`,
        written(medianOf, cpuSeconds, 2),
        written(largestOf, peaks, 0),
      ];
    }),
  );
  const header = ['scenario', 'contestant', 'turns', 'seconds', 'range', 'processor seconds', 'peak MB'];
  return table(header, rows);
}

/** What counts of some values; nothing where there is none, or where the system does not tell. */
function written(statistic, values, digits) {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? '' : statistic(known).toFixed(digits);
}

function describeMachine({ date, cores, cpu, memoryGb, load, system, software }) {
  return [
    `- ${date}, ${system}, load ${load.toFixed(2)} at the start`,
    `- ${cores} cores (${cpu}), ${memoryGb.toFixed(1)} GiB of memory`,
    `- ${software.join(', ')}`,
  ].join('\n');
}

function table(header, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

function count(number) {
  return number.toLocaleString('en-US');
}
