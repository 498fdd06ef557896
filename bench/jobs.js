import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tenfold } from './scale.js';

const payer = 'uhc';
const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A row group is held in memory until it is whole, at about 1 KB per row; what does not fit goes to disk, slowly. */
const muchMemory = `${Math.max(6, Math.floor((totalmem() / 2 ** 30) * 0.6))}GB`;

/** The inputs that scenarios name, by how they differ from the published job. */
const kinds = {
  clustered: () => ({}),
  shuffled: () => ({ order: 'shuffled' }),
  'large groups': () => ({ rowGroup: 1_000_000, memory: muchMemory }),
  'one group': ({ rows }) => ({ rowGroup: rows, memory: muchMemory }),
  'next month': () => ({ period: '202509' }),
  slim: () => ({ slim: true }),
  tenfold: (scale) => ({ ...tenfold(scale), slim: true }),
  'many groups': () => ({ cutInto: 11_000 }),
};

/** The published job of another month: `month 202501`. */
const monthOf = (kind) => /^month (\d{6})$/.exec(kind)?.[1];

/** The files of a job, made first where they are missing. */
export function provideJob(kind, scale, work) {
  const month = monthOf(kind);
  const job = { ...scale, period: '202508', ...(month ? { period: month } : kinds[kind](scale)) };
  const folder = join(work, 'jobs', kind.replaceAll(' ', '-'));
  const pathOf = (source) => join(folder, `${job.period}_${payer}_ga_${source}.parquet`);
  const files = { rates: pathOf('rates'), providers: pathOf('providers') };
  if (Object.values(files).every((file) => existsSync(file))) return files;
  process.stderr.write(`making the job "${kind}"\n`);
  if (job.cutInto === undefined) makeJob(job, folder);
  else cutGroups(provideJob('clustered', scale, work), files, Math.floor(job.rows / job.cutInto));
  return files;
}

function makeJob({ rows, distinct, codes, providers, slim, ...rest }, out) {
  const given = { rows, distinct, codes, providers, payer, out, order: rest.order, period: rest.period };
  const options = { ...given, memory: rest.memory, 'row-group': rest.rowGroup };
  const flags = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  runScript('make-job.js', [...flags, ...(slim ? ['--slim'] : [])]);
}

function cutGroups(from, to, rowsPerGroup) {
  mkdirSync(join(to.rates, '..'), { recursive: true });
  copyFileSync(from.providers, to.providers);
  runScript('cut-groups.js', [from.rates, to.rates, String(Math.max(1, rowsPerGroup))]);
}

/** In a process of its own, so that its memory is given back. */
function runScript(name, args) {
  const { status, stderr } = spawnSync(process.execPath, [script(name), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} failed: ${stderr}`);
}
