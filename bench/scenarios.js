/**
 * @typedef {object} Contestant
 * @property {'etl1' | 'peer' | 'query'} program
 * @property {string} [job]
 * @property {readonly string[]} args
 * @property {string} [base]
 * @property {boolean} [inPlace]
 * @property {number} [slowCores]
 * @property {Readonly<Record<string, string>>} [environment]
 * @property {number | null} leaves
 *
 * @typedef {object} Figure Of the kinds (`ratio` to `busiestOf`) it has one, which names contestants.
 * @property {string} name
 * @property {readonly [string, string]} [ratio]
 * @property {readonly [string, string]} [ratioOfPeaks]
 * @property {string} [secondsOf]
 * @property {string} [peakOf]
 * @property {string} [bytesPerFactByteOf]
 * @property {string} [busiestOf]
 * @property {number} [atMost]
 * @property {number} [dream]
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {boolean} [isLong] Has turns of its own number.
 * @property {Readonly<Record<string, Contestant>>} contestants
 * @property {readonly Figure[]} figures
 */

/**
 * What is measured, as data. A scenario is a set of contestants that take turns, and the figures that are made of
 * their measures. A contestant is a command:
 *
 * - `program`: `etl1`, `peer` or `query`, its `args` and variables of its `environment`
 * - `job`: its input, one of `jobs.js`
 * - `base`: what is there before, one of `bases.js`: a copy of it, or those outputs themselves, `inPlace`
 * - `slowCores`: on how many cores of half the speed it runs, if not on those of the machine
 * - `leaves`: how many facts are there afterwards, in times of those of the clustered job; null where none are loaded
 *
 * A figure names its target: `atMost`, of a ratio of whole-process times (or of peaks) of two contestants in one turn, of
 * the median of seconds, of the largest peak in MiB, of the bytes of all that was written in outputs to those of new facts, or of the time for
 * which the busiest thread was at work.
 */
const etl1 = (job, args = [], rest = {}) => ({ program: 'etl1', job, args, leaves: 1, ...rest });
const peer = (job, flags = []) => ({ program: 'peer', job, args: flags, leaves: 1 });

const mb = (limit) => ['--memory-limit', String(limit)];
const small = mb(1024);

const onFirst = { base: 'a first load' };
const environment = { ETL1_FACT_LAYOUT: 'partitioned' };
const query = (layout, base) => ({ program: 'query', args: [layout], base, inPlace: true, leaves: null });

const chunkSizes = [25_000, 50_000, 100_000, 200_000, 500_000];
const limits = [512, 1024, 2048];
const count = (number) => number.toLocaleString('en-US');

const onCores = (slowCores) => ({
  [`etl1, ${slowCores} cores`]: etl1('clustered', [...small, '--threads', String(slowCores)], { slowCores }),
  [`tuned peer, ${slowCores} cores`]: {
    ...peer('clustered', ['--threads', String(slowCores)]),
    slowCores,
  },
});

/** @type {readonly Scenario[]} */
export const scenarios = [
  {
    id: 'first-load',
    contestants: {
      etl1: etl1('clustered', small),
      'tuned peer': peer('clustered'),
      'naive peer': peer('clustered', ['--naive']),
    },
    figures: [
      {
        name: 'first load, clustered by code, in 20,000-row groups',
        ratio: ['etl1', 'tuned peer'],
        atMost: 1,
        dream: 0.8,
      },
      { name: 'the same', ratio: ['etl1', 'naive peer'], atMost: 0.25 },
      { name: 'peak memory of that run', peakOf: 'etl1', atMost: 700 },
    ],
  },
  {
    id: 'more-cores',
    contestants: { ...onCores(2), ...onCores(3), ...onCores(4) },
    figures: [
      { name: 'three cores', ratio: ['etl1, 3 cores', 'etl1, 2 cores'], atMost: 0.8 },
      { name: 'four cores', ratio: ['etl1, 4 cores', 'etl1, 2 cores'], atMost: 0.65 },
      ...[3, 4].flatMap((cores) => [
        {
          name: `first load on ${cores} cores`,
          ratio: [`etl1, ${cores} cores`, `tuned peer, ${cores} cores`],
          atMost: 1,
        },
        { name: `the busiest thread on ${cores} cores`, busiestOf: `etl1, ${cores} cores`, atMost: 0.8 },
      ]),
    ],
  },
  {
    id: 'shuffled',
    contestants: { etl1: etl1('shuffled', small), 'tuned peer': peer('shuffled') },
    figures: [{ name: 'first load, rows shuffled', ratio: ['etl1', 'tuned peer'], atMost: 1 }],
  },
  {
    id: 'row-groups',
    contestants: {
      '20,000-row groups': etl1('clustered', small),
      '1,000,000-row groups': etl1('large groups', small),
      'one group': etl1('one group', small),
    },
    figures: [
      {
        name: 'first load, in 1,000,000-row groups',
        ratio: ['1,000,000-row groups', '20,000-row groups'],
        atMost: 1.25,
      },
      { name: 'first load, in one row group', ratio: ['one group', '20,000-row groups'], atMost: 1.25 },
    ],
  },
  {
    id: 'later-loads',
    contestants: {
      'first load': etl1('clustered', small),
      again: etl1('clustered', [...small, '--force'], onFirst),
      'next month': etl1('next month', small, { ...onFirst, leaves: 2 }),
    },
    figures: [
      { name: 'the same input again, with `--force`', ratio: ['again', 'first load'], atMost: 0.8 },
      { name: "next month's file onto it", ratio: ['next month', 'first load'], atMost: 1.3 },
    ],
  },
  {
    id: 'chunk-sizes',
    contestants: Object.fromEntries(
      chunkSizes.map((size) => [count(size), etl1('clustered', [...small, '--chunk-size', String(size)])]),
    ),
    figures: chunkSizes.map((size) => ({
      name: `\`chunk_size\` ${count(size)}`,
      ratio: [count(size), 'the best'],
      atMost: 1.25,
    })),
  },
  {
    id: 'default-memory',
    contestants: { '1,024 MB': etl1('clustered', small), default: etl1('clustered') },
    figures: [{ name: 'at default settings (8,192 MB)', ratio: ['default', '1,024 MB'], atMost: 1 }],
  },
  {
    id: 'memory-limits',
    contestants: Object.fromEntries(limits.map((limit) => [count(limit), etl1('clustered', mb(limit))])),
    figures: limits.map((limit) => ({
      name: `peak memory under \`--memory-limit ${limit}\``,
      peakOf: count(limit),
      atMost: limit,
    })),
  },
  {
    id: 'tenfold',
    isLong: true,
    contestants: {
      once: etl1('slim', small),
      tenfold: etl1('tenfold', small, { leaves: 10 }),
    },
    figures: [
      { name: 'ten times the rows: time', ratio: ['tenfold', 'once'], atMost: 10.5 },
      { name: 'ten times the rows: peak memory', ratioOfPeaks: ['tenfold', 'once'], atMost: 1.15 },
    ],
  },
  {
    id: 'unchanged',
    contestants: { again: etl1('clustered', small, { ...onFirst, inPlace: true }) },
    figures: [{ name: 'unchanged inputs and settings', secondsOf: 'again', atMost: 0.5 }],
  },
  {
    id: 'answers',
    contestants: {
      help: { program: 'etl1', args: ['--help'], leaves: null },
      'dry run': etl1('many groups', ['--dry-run'], { leaves: null }),
    },
    figures: [
      { name: '`etl1 --help`', secondsOf: 'help', atMost: 0.15 },
      { name: '`--dry-run` on a file of 11,000 row groups', secondsOf: 'dry run', atMost: 1.5 },
    ],
  },
  {
    id: 'partitions',
    contestants: {
      'empty root': etl1('clustered', small, { environment }),
      'onto ten payers': etl1('clustered', small, { environment, base: 'ten other payers', leaves: 11 }),
      'the 24th month': etl1('clustered', small, { environment, base: '23 months', leaves: 24 }),
    },
    figures: [
      {
        name: 'partitioned, onto ten other payers: time',
        ratio: ['onto ten payers', 'empty root'],
        atMost: 1.1,
      },
      {
        name: 'partitioned, onto ten other payers: peak memory',
        ratioOfPeaks: ['onto ten payers', 'empty root'],
        atMost: 1.1,
      },
      { name: 'partitioned, the 24th month: time', ratio: ['the 24th month', 'empty root'], atMost: 1.1 },
      {
        name: 'partitioned, onto ten other payers: bytes written, of those of new facts',
        bytesPerFactByteOf: 'onto ten payers',
        atMost: 1.2,
      },
      {
        name: 'partitioned, the 24th month: bytes written, of those of new facts',
        bytesPerFactByteOf: 'the 24th month',
        atMost: 1.2,
      },
    ],
  },
  {
    id: 'queries',
    contestants: {
      'one file': query('single', '23 months in one file'),
      partitions: query('partitioned', '23 months'),
    },
    figures: [
      { name: '20 queries by code over 23 months: partitions', ratio: ['partitions', 'one file'], atMost: 1 },
    ],
  },
];
