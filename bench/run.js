#!/usr/bin/env node
/**
 * Measures etl1 against its targets and writes the page of results:
 *
 *   npm run bench -- [--rows N] [--turns 5] [--long-turns 1] [--only <scenario> …] [--work <folder>] [--report <file>]
 *
 * Inputs are made in the work folder (`bench/work`) and kept, and so are the raw measures after every run: the same
 * command goes on where it was interrupted. Measures of another build are set aside; inputs are not made again after a
 * change of the generator unless the work folder is removed. At another scale than the published one the page goes to the work folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Arena } from './arena.js';
import { describeMachine } from './machine.js';
import { openMeasures, saveMeasures } from './measures-file.js';
import { renderFigures, renderReport } from './report.js';
import { checkSameRows } from './same-rows.js';
import { published, scaleTo } from './scale.js';
import { scenarios } from './scenarios.js';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: String(published.rows) },
    turns: { type: 'string', default: '5' },
    'long-turns': { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    work: { type: 'string', default: here('work') },
    report: { type: 'string' },
  },
});

const scale = scaleTo(Number(values.rows));
const work = join(values.work, String(scale.rows));
const path = join(work, 'measures.json');
const chosen = scenarios.filter(({ id }) => values.only.length === 0 || values.only.includes(id));
if (chosen.length < Math.max(1, values.only.length))
  throw new RangeError(`--only: expected one of ${scenarios.map(({ id }) => id).join(', ')}`);

const bench = openMeasures(path);
const arena = new Arena(scale, work, bench.fingerprint);
const machine = describeMachine();
for (const scenario of chosen) {
  const turns = Number(scenario.isLong ? values['long-turns'] : values.turns);
  await takeTurns(scenario, turns);
}
const notes = readFileSync(here('notes.md'), 'utf8');
const report =
  values.report ?? (scale.rows === published.rows ? here('results.md') : join(work, 'results.md'));
const measured = { machine: bench.machine ?? machine, measures: bench.scenarios };
writeFileSync(report, renderReport({ scale, notes, ...measured }));
process.stdout.write(`${renderFigures(measured)}${report}\n`);

/** Every contestant once, then every one again, each time beginning with another. Turns that are measured stay. */
async function takeTurns({ id, contestants }, turns) {
  bench.scenarios[id] ??= {};
  const measures = bench.scenarios[id];
  const names = Object.keys(contestants);
  let preparation;
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of rotate(names, turn)) {
      measures[name] ??= [];
      if (measures[name][turn] && !measures[name][turn].failed) continue;
      preparation ??= arena.prepare(Object.values(contestants));
      measures[name][turn] = await attempt(contestants[name], preparation);
      bench.machine = machine;
      saveMeasures(path, bench);
      say(`${id} ${turn + 1}/${turns}, ${name}: ${inWords(measures[name][turn])}`);
    }
  }
}

/** A contestant that fails is a result. */
async function attempt(contestant, preparation) {
  try {
    await preparation;
    const measured = await arena.run(contestant);
    checkSameRows(bench.scenarios, contestant, measured.rows);
    return measured;
  } catch (error) {
    const lines = error.message.split('\n');
    // an uncaught error stands below the place where it was thrown
    const line = lines.find((text) => /\bError\b/.test(text)) ?? lines[0] ?? '';
    return { failed: line.replaceAll(work, 'work') };
  }
}

function rotate(items, by) {
  return items.map((_, index) => items[(index + by) % items.length]);
}

function inWords({ failed, seconds, peakRssMb }) {
  return failed ?? `${seconds.toFixed(2)} s, ${peakRssMb?.toFixed(0) ?? '?'} MB`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
