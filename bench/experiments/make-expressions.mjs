#!/usr/bin/env node
/**
 * Measures what it takes to make one Polars expression, and to evaluate it on a chunk (docs/decisions/0004).
 *
 *   node bench/experiments/make-expressions.mjs
 */
import pl from 'nodejs-polars';

const rows = 50_000;
const repeats = 500;

const frame = pl.DataFrame({ code: Array.from({ length: rows }, (_, row) => `code ${row % 100}`) });
const isBlank = pl.col('code').str.strip().eq(pl.lit(''));

await report('make pl.col(name)', () => pl.col('code'), 1);
await report('make pl.lit(text)', () => pl.lit('x'), 1);
await report('make a chain of four', () => pl.col('code').str.strip().eq(pl.lit('')), 4);
await report(
  `evaluate that chain on ${rows.toLocaleString('en-US')} rows`,
  () => frame.lazy().select(isBlank).collect(),
  1,
);

/** Prints the median over batches of processor time, which other work on the machine hardly changes. */
async function report(what, work, expressions) {
  const batches = [];
  for (let batch = 0; batch < 5; batch += 1) {
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < repeats; repeat += 1) await work();
    const { user, system } = process.cpuUsage(before);
    batches.push((user + system) / 1000 / repeats);
  }
  const median = batches.sort((a, b) => a - b)[2] ?? 0;
  process.stdout.write(`${what}: ${median.toFixed(3)} ms, ${(median / expressions).toFixed(3)} ms each\n`);
}
