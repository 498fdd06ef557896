/**
 * What is there before a contestant runs, as data: the loads that leave it, and the settings that they and the contestant
 * run with.
 */
const small = ['--memory-limit', '1024'];
const partitioned = { ETL1_FACT_LAYOUT: 'partitioned' };

/** Months as `yyyymm`, of which the last is the one before the published job's. */
const earlierMonths = Array.from({ length: 23 }, (_, index) => {
  const month = 2023 * 12 + 8 + index;
  return `${Math.floor(month / 12)}${String((month % 12) + 1).padStart(2, '0')}`;
});

export const bases = {
  'a first load': { environment: {}, loads: [{ job: 'clustered', args: small }] },
  'ten other payers': {
    environment: partitioned,
    loads: Array.from({ length: 10 }, (_, number) => ({
      job: 'clustered',
      args: [...small, '--payer-slug', `payer-${number + 1}`],
    })),
  },
  '23 months': {
    environment: partitioned,
    loads: earlierMonths.map((month) => ({ job: `month ${month}`, args: small })),
  },
  '23 months in one file': {
    environment: {},
    loads: earlierMonths.map((month) => ({ job: `month ${month}`, args: small })),
  },
};
