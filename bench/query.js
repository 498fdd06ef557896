#!/usr/bin/env node
/**
 * Asks for the prices of some codes in all months, as an analyst would:
 *
 *   node query.js <data root> <single | partitioned>
 */
import { tmpdir } from 'node:os';
import { quote, withDatabase } from './database.js';

const [root, layout] = process.argv.slice(2);
const files = { single: 'gold/fact_rate.parquet', partitioned: 'gold/fact_rate/*/*/*/*.parquet' };
const facts = quote(`${root}/${files[layout]}`);
const codes = 20;

await withDatabase({ memory: '1GB', threads: 2, spillTo: tmpdir(), keepOrder: false }, async (connection) => {
  const rows = async (query) => (await connection.runAndReadAll(query)).getRowObjects();
  const wanted = `SELECT code FROM ${quote(`${root}/dims/dim_code.parquet`)} ORDER BY hash(code) LIMIT ${codes}`;
  for (const { code } of await rows(wanted))
    await rows(
      `SELECT year_month, count(*), median(negotiated_rate) FROM ${facts} WHERE code = ${quote(code)} GROUP BY ALL`,
    );
});
