#!/usr/bin/env node
/**
 * Writes a rates and a providers file like those of a large insurer, at the published scale by default:
 *
 *   node bench/make-job.js --out <folder> [--rows N --distinct N --codes N --providers N] [--row-group N]
 *     [--order clustered|shuffled] [--period 202508] [--payer uhc] [--slim] [--memory 2GB]
 *
 * `--distinct` is exact. Copies of a fact differ only in a column that is not read. `--slim` leaves such columns out. A
 * row group is held in memory until it is whole, at about 1 KB per row: a large one needs much `--memory`, or time.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quote, withDatabase } from './database.js';
import { selectProviders } from './providers-sql.js';
import { selectRates } from './rates-sql.js';
import { published, scaleTo } from './scale.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    rows: { type: 'string', default: String(published.rows) },
    distinct: { type: 'string' },
    codes: { type: 'string' },
    providers: { type: 'string' },
    'row-group': { type: 'string', default: '20000' },
    order: { type: 'string', default: 'clustered' },
    period: { type: 'string', default: '202508' },
    payer: { type: 'string', default: 'uhc' },
    slim: { type: 'boolean', default: false },
    memory: { type: 'string', default: '2GB' },
  },
});

await makeJob(jobOf(values));

function jobOf({ out, rows, distinct, codes, providers, order, ...rest }) {
  if (out === undefined) throw new RangeError('--out: expected a folder');
  if (!['clustered', 'shuffled'].includes(order))
    throw new RangeError('--order: expected clustered or shuffled');
  const given = Object.entries({ distinct, codes, providers }).filter(([, value]) => value !== undefined);
  const scale = {
    ...scaleTo(Number(rows)),
    ...Object.fromEntries(given.map(([name, value]) => [name, Number(value)])),
  };
  if (!(scale.codes >= 1 && scale.codes <= scale.distinct && scale.distinct <= scale.rows))
    throw new RangeError('expected --codes <= --distinct <= --rows');
  return { ...rest, out, order, ...scale, rowGroup: Number(rest['row-group']) };
}

async function makeJob(job) {
  const { out, memory, period, payer, rowGroup } = job;
  mkdirSync(out, { recursive: true });
  const spillTo = join(out, 'spill');
  const settings = { memory, threads: availableParallelism(), spillTo, keepOrder: true };
  await withDatabase(settings, async (connection) => {
    const write = async (kind, query, rowsPerGroup) => {
      const path = join(out, `${period}_${payer}_ga_${kind}.parquet`);
      // whoever finds the file finds it whole
      const aside = `${path}.tmp`;
      await connection.run(
        `COPY (${query}) TO ${quote(aside)} (FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE ${rowsPerGroup})`,
      );
      renameSync(aside, path);
    };
    await connection.run(tableOfRowNumbers(job));
    await write('rates', selectRates(job), rowGroup);
    await write('providers', selectProviders(job), 10_000);
  });
  rmSync(spillTo, { recursive: true, force: true });
}

/** A table, because it is scanned on every core and range() is not. */
function tableOfRowNumbers({ rows, order }) {
  const shuffle = order === 'shuffled' ? 'ORDER BY hash(range)' : '';
  return `CREATE TABLE row_number AS SELECT range::INTEGER AS n FROM range(${rows}) ${shuffle}`;
}
