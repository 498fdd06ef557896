#!/usr/bin/env node
/**
 * Loads a clean job into the seven tables by DuckDB's SQL in one shot: what etl1 is measured against.
 *
 *   node bench/peer.js --rates <file> --providers <file> --out <folder> [--naive] [--memory 1024MiB] [--threads 2]
 *
 * It has no rejects, no upsert, no resume and no check of its input. By default it is tuned; `--naive` makes every
 * key on every row, and then the rows distinct.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { quote, withDatabase } from './database.js';
import { loadMembers } from './peer-members.js';
import { loadNaively } from './peer-naive.js';
import { loadTuned } from './peer-tuned.js';

const { values } = parseArgs({
  options: {
    rates: { type: 'string' },
    providers: { type: 'string' },
    out: { type: 'string' },
    naive: { type: 'boolean', default: false },
    memory: { type: 'string', default: '1024MiB' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const { rates, providers, out, naive, memory, threads } = values;
if (rates === undefined || providers === undefined || out === undefined)
  throw new RangeError('expected --rates, --providers and --out');

const spillTo = join(out, 'spill');
mkdirSync(spillTo, { recursive: true });
await withDatabase({ memory, threads, spillTo, keepOrder: false }, async (connection) => {
  const load = {
    run: (sql) => connection.run(sql),
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    write: (file, query) => {
      const path = join(out, file);
      mkdirSync(dirname(path), { recursive: true });
      const level = naive ? '' : ', COMPRESSION_LEVEL 1';
      return connection.run(`COPY (${query}) TO ${quote(path)} (FORMAT PARQUET, COMPRESSION ZSTD${level})`);
    },
  };
  await (naive ? loadNaively : loadTuned)(load, `read_parquet(${quote(rates)})`);
  await loadMembers(load, `read_parquet(${quote(providers)})`);
});
rmSync(spillTo, { recursive: true, force: true });
