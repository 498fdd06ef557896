#!/usr/bin/env node
/**
 * Compares three ways to load a file in chunks (docs/decisions/0002):
 *
 * - `staged`: etl1 as it is; chunks are staged and the outputs are written once
 * - `appended`: etl1 once per chunk, so that each chunk copies the facts that are there and adds its own
 * - `rewritten`: each chunk is keyed by etl1, and its facts are upserted by reading, joining and writing the fact file
 *
 *   npm run build && node bench/experiments/rewrite-per-chunk.mjs [rates …]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadConfig } from '../../dist/config/load.js';
import { makePlan } from '../../dist/pipeline/plan.js';
import { executePlan } from '../../dist/pipeline/run.js';
import { writeSample } from '../../dist/sample/write-sample.js';

const chunkRows = 50_000;
const runs = 3;
const ways = ['staged', 'appended', 'rewritten'];

const [first = '', ...rest] = process.argv.slice(2);
if (ways.includes(first)) await load(first, ...rest);
else await compare([first, ...rest].filter(Boolean).map(Number));

/** Makes jobs of several sizes, loads each in every way in turn, and prints medians. */
async function compare(given) {
  const sizes = given.length > 0 ? given : [500_000, 1_000_000, 2_000_000];
  const folder = mkdtempSync(join(tmpdir(), 'etl1-experiment-'));
  try {
    print(
      '| rates | facts | chunks | way | seconds | times | processor seconds | times | MB written | times |',
    );
    print('|---|---|---|---|---|---|---|---|---|---|');
    for (const rates of sizes) {
      const job = await makeJob(join(folder, String(rates)), rates);
      const found = Object.fromEntries(ways.map((way) => [way, []]));
      for (let run = 0; run < runs; run += 1) {
        for (const way of ways) found[way].push(inAnotherProcess(way, job, join(folder, 'out')));
      }
      report(rates, job, found);
      rmSync(job.folder, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sample pair, and its rates cut into a file per chunk. */
async function makeJob(folder, rates) {
  mkdirSync(join(folder, 'chunks'), { recursive: true });
  const label = { directory: folder, payer: 'sample', state: 'ga', period: '202508', seed: 1 };
  const written = await writeSample({ ...label, rates, providers: 2_000 });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const chunks = Math.ceil(rates / chunkRows);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const path = join(folder, 'chunks', `${String(chunk).padStart(6, '0')}.parquet`);
    const rows = `SELECT * EXCLUDE (file_row_number) FROM read_parquet('${written.rates.path}', file_row_number = true)
      WHERE file_row_number >= ${chunk * chunkRows} AND file_row_number < ${(chunk + 1) * chunkRows}`;
    await connection.run(`COPY (${rows}) TO '${path}' (FORMAT PARQUET, COMPRESSION ZSTD)`);
  }
  connection.closeSync();
  instance.closeSync();
  return { folder, rates: written.rates.path, providers: written.providers.path, chunks };
}

function inAnotherProcess(way, job, dataRoot) {
  const self = fileURLToPath(import.meta.url);
  const given = [self, way, job.folder, job.rates, job.providers, dataRoot];
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8' });
  rmSync(dataRoot, { recursive: true, force: true });
  if (status !== 0) throw new Error(`${way} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** Loads a job in one way and prints what it took. */
async function load(way, folder, rates, providers, dataRoot) {
  const chunks = readdirSync(join(folder, 'chunks')).map((name) => join(folder, 'chunks', name));
  const whole = [{ rates, providers }];
  const byChunk = chunks
    .sort()
    .map((chunk, index) => (index === 0 ? { rates: chunk, providers } : { rates: chunk }));
  const writtenBefore = bytesWritten();
  const started = performance.now();
  const used = process.cpuUsage();
  const facts =
    way === 'rewritten'
      ? await rewrite(byChunk, dataRoot)
      : await run(way === 'staged' ? whole : byChunk, dataRoot);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const written = (bytesWritten() - writtenBefore) / 1e6;
  print(JSON.stringify({ facts, seconds, processor: (user + system) / 1e6, written }));
}

/** Runs etl1 on one pair after the other; gives the number of facts. */
async function run(pairs, dataRoot) {
  const flags = { data_root: dataRoot, providers: 'optional', chunk_size: chunkRows };
  const { settings } = loadConfig({ flags });
  let facts = 0;
  for (const named of pairs) {
    const plan = await makePlan({ payer: 'sample', settings, named });
    const summary = await executePlan(plan, () => {});
    facts = summary.tables.fact_rate.total;
  }
  return facts;
}

/** Keys each chunk in a data root of its own, and upserts its facts by SQL; gives the number of facts. */
async function rewrite(pairs, dataRoot) {
  const [all, next] = [join(dataRoot, 'all.parquet'), join(dataRoot, 'next.parquet')];
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const pair of pairs) {
    const chunkRoot = join(dataRoot, 'chunk');
    await run([pair], chunkRoot);
    const chunk = join(chunkRoot, 'gold', 'fact_rate.parquet');
    const facts = existsSync(all)
      ? `SELECT * FROM '${all}' UNION ALL SELECT * FROM '${chunk}' ANTI JOIN '${all}' USING (fact_uid)`
      : `SELECT * FROM '${chunk}'`;
    await connection.run(
      `COPY (${facts}) TO '${next}' (FORMAT PARQUET, COMPRESSION ZSTD, COMPRESSION_LEVEL 1)`,
    );
    renameSync(next, all);
    rmSync(chunkRoot, { recursive: true });
  }
  const count = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM '${all}'`);
  return count.getRows()[0][0];
}

/** Bytes that this process gave to the system to write; Linux only, elsewhere not a number. */
function bytesWritten() {
  const counters = '/proc/self/io';
  if (!existsSync(counters)) return Number.NaN;
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(counters, 'utf8'))?.[1]);
}

function report(rates, { chunks }, found) {
  const facts = new Set(ways.flatMap((way) => found[way].map((run) => run.facts)));
  if (facts.size !== 1) throw new Error(`the ways differ: ${[...facts]} facts`);
  const medians = (measure) => ways.map((way) => median(found[way].map((run) => run[measure])));
  for (const [index, way] of ways.entries()) {
    const measured = ['seconds', 'processor', 'written'].flatMap((measure) => {
      const values = medians(measure);
      return [values[index].toFixed(1), (values[index] / values[0]).toFixed(1)];
    });
    const cells = [rates, ...facts, chunks].map((number) => number.toLocaleString('en-US'));
    print(`| ${[...cells, way, ...measured].join(' | ')} |`);
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
