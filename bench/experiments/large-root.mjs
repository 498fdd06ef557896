#!/usr/bin/env node
/**
 * Loads onto outputs that are far larger than what is loaded (docs/decisions/0012), and validates such facts:
 *
 *   npm run build && node bench/experiments/large-root.mjs [groups, 10,000,000] [NPIs of each, 30] [copies of facts, 10,000]
 *
 * The outputs are those of a sample: first groups with members are added to them, onto which another payer is loaded under
 * a limit of 512 MB and of 1,024 MB; then each fact is written so many times under other keys, and `etl1 validate` looks at all of them.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote, withDatabase } from '../database.js';
import { measure } from '../measure.js';

const [groups = 10_000_000, npis = 30, copies = 10_000] = process.argv.slice(2).map(Number);
const bin = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'etl1-large-'));
const dataRoot = join(folder, 'data');
const environment = { ...process.env, ETL1_LOG_FILE: join(folder, 'etl1.log') };
const etl1 = (...args) => measure([bin, ...args], { environment, cwd: folder });
const print = (line) => process.stdout.write(`${line}\n`);

/** What a fact's key is made of (data contract, section 4). */
const key = `concat_ws('|', state, coalesce(year_month, ''), payer_slug, coalesce(billing_class, ''), code_type, code, pg_uid,
  coalesce(pos_set_id, md5('')), coalesce(negotiated_type, ''), coalesce(negotiation_arrangement, ''), coalesce(expiration_date, ''),
  printf('%.4f', negotiated_rate), provider_group_id_raw)`;

try {
  mkdirSync(join(dataRoot, 'input'), { recursive: true });
  await load('aetna', 1024);
  await write('dims/dim_payer.parquet', [`SELECT * FROM $rows`, `SELECT 'wide', 'Wide', '1.0.0'`]);
  await write('dims/dim_provider_group.parquet', [
    `SELECT * FROM $rows`,
    `SELECT md5('wide|1.0.0|' || i || '|'), 'wide', i::VARCHAR, '1.0.0' FROM range(${groups}) t(i)`,
  ]);
  await write('xrefs/xref_pg_member_npi.parquet', [
    `SELECT * FROM $rows`,
    `SELECT md5('wide|1.0.0|' || (i // ${npis}) || '|'), (1000000000 + (i * 7919) % 1000000007)::VARCHAR FROM range(${groups * npis}) t(i)`,
  ]);
  await write('xrefs/xref_pg_member_tin.parquet', [
    `SELECT * FROM $rows`,
    `SELECT md5('wide|1.0.0|' || i || '|'), 'ein', lpad(i::VARCHAR, 9, '0') FROM range(${groups}) t(i)`,
  ]);
  for (const [payer, limit] of Object.entries({ cigna: 512, humana: 1024 })) await load(payer, limit);
  await write('gold/fact_rate.parquet', [
    `SELECT * REPLACE (md5(${key}) AS fact_uid) FROM (SELECT * EXCLUDE (i) REPLACE (negotiated_rate + 10000000 * i AS negotiated_rate) FROM $rows, range(${copies}) t(i))`,
  ]);
  report(
    'validate --memory-limit 1024',
    await etl1('validate', '--data-root', dataRoot, '--memory-limit', '1024'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Loads the sample of a payer, whatever else wrote to the outputs. */
async function load(payer, limit) {
  await etl1('sample', '--payer', payer, '--directory', join(dataRoot, 'input'));
  const limits = ['--memory-limit', String(limit)];
  const flags = ['--payer', payer, '--data-root', dataRoot, ...limits, '--force', '--quiet'];
  report(`${payer} ${limits.join(' ')}`, await etl1(...flags));
}

/** Writes an output anew, of its own rows (`$rows`) and others. */
async function write(name, queries) {
  const path = join(dataRoot, name);
  const rows = queries.map((query) => query.replace('$rows', `read_parquet(${quote(path)})`));
  const options = { memory: '8GB', threads: 2, spillTo: join(folder, 'spill'), keepOrder: false };
  await withDatabase(options, async (connection) => {
    await connection.run(
      `COPY (${rows.join(' UNION ALL ')}) TO ${quote(`${path}.new`)} (FORMAT PARQUET, COMPRESSION ZSTD)`,
    );
    renameSync(`${path}.new`, path);
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${quote(path)})`);
    const bytes = Math.round(statSync(path).size / 2 ** 20);
    print(`${name}: ${counted.getRows()[0]?.[0]} rows, ${bytes} MB`);
  });
}

function report(what, { seconds, cpuSeconds, peakRssMb }) {
  print(
    `${what}: ${seconds.toFixed(1)} s, ${cpuSeconds?.toFixed(1)} s of processor time, ${Math.round(peakRssMb)} MB`,
  );
}
