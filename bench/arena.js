import {
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bases } from './bases.js';
import { countRows } from './count-rows.js';
import { provideJob } from './jobs.js';
import { measure } from './measure.js';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Where contestants run: the inputs, and the outputs that some of them begin with. */
export class Arena {
  #scale;
  #work;
  #build;

  /** @param {string} build Tells builds of the program apart, whose outputs are not taken for one another's. */
  constructor(scale, work, build) {
    this.#scale = scale;
    this.#work = work;
    this.#build = build;
    mkdirSync(work, { recursive: true });
  }

  /** Makes what contestants need, and reads their inputs once, so that none of them has to wait for the disk. */
  async prepare(contestants) {
    for (const { job, base } of contestants) {
      if (base !== undefined) await this.#provideBase(base);
      if (job !== undefined) for (const path of Object.values(this.#filesOf(job))) await readThrough(path);
    }
  }

  /** Runs a contestant, measures it and counts the rows and bytes that it leaves. */
  async run(contestant) {
    const { base, inPlace = false, leaves, slowCores } = contestant;
    const out = this.#out;
    rmSync(out, { recursive: true, force: true });
    if (inPlace) renameSync(this.#folderOf(base), out);
    else if (base !== undefined) linkTree(this.#folderOf(base), out);
    try {
      const surroundings = this.#surroundings(contestant.environment);
      const measured = await measure(this.#command(contestant, out), { ...surroundings, slowCores });
      if (leaves === null) return measured;
      const rows = await countRows(out);
      const outputBytes = base === undefined || inPlace ? null : bytesMade(out, this.#folderOf(base));
      this.#checkFacts(rows, leaves);
      return { ...measured, ...outputBytes, rows };
    } finally {
      if (inPlace) renameSync(out, this.#folderOf(base));
      else rmSync(out, { recursive: true, force: true });
    }
  }

  /** Where all outputs are while somebody works on them: a data root knows by its records which files are its own. */
  get #out() {
    return join(this.#work, 'out');
  }

  #folderOf(base) {
    return join(this.#work, 'bases', base.replaceAll(' ', '-'));
  }

  #surroundings(settings) {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('ETL1_'));
    const log = { ETL1_LOG_FILE: join(this.#work, 'etl1.log') };
    const environment = { ...Object.fromEntries(others), ...log, ...settings };
    return { environment, cwd: this.#work };
  }

  #filesOf(job) {
    return provideJob(job, this.#scale, this.#work);
  }

  #command({ program, job, args }, out) {
    if (program === 'query') return [file('query.js'), out, ...args];
    if (job === undefined) return [file('../bin/etl1.js'), ...args];
    const { rates, providers } = this.#filesOf(job);
    if (program === 'peer')
      return [file('peer.js'), '--rates', rates, '--providers', providers, '--out', out, ...args];
    const inputs = ['--payer', 'uhc', '--rates-file', rates, '--providers-file', providers];
    const rest = ['--data-root', out, '--config', devNull, '--quiet'];
    return [file('../bin/etl1.js'), ...inputs, ...rest, ...args];
  }

  /** What is there before, made once per build. */
  async #provideBase(name) {
    const folder = this.#folderOf(name);
    const mark = `${folder}.build`;
    if (existsSync(mark) && existsSync(folder) && readFileSync(mark, 'utf8') === this.#build) return;
    rmSync(mark, { force: true });
    for (const path of [folder, this.#out]) rmSync(path, { recursive: true, force: true });
    mkdirSync(this.#out, { recursive: true });
    mkdirSync(dirname(folder), { recursive: true });
    const { environment, loads } = bases[name];
    for (const load of loads)
      await measure(this.#command({ program: 'etl1', ...load }, this.#out), this.#surroundings(environment));
    renameSync(this.#out, folder);
    writeFileSync(mark, this.#build);
  }

  #checkFacts({ fact_rate: found }, times) {
    const expected = this.#scale.distinct * times;
    if (found !== expected) throw new Error(`expected ${expected} facts, found ${found}`);
  }
}

async function readThrough(path) {
  for await (const _ of createReadStream(path));
}

/** A copy that takes no time: etl1 changes no file, but puts another in its place. */
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // what is locked here is not locked there
    if (entry.name === '.locks') continue;
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}

/** Bytes of the files of tables that were not there before, and those of facts among them. */
function bytesMade(out, base) {
  const made = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?:dims|xrefs|gold)\b.*\.(?:parquet|json)$/.test(name))
    .map((name) => ({ name, ino: statSync(join(out, name)).ino, bytes: statSync(join(out, name)).size }))
    .filter(({ name, ino }) => statSync(join(base, name), { throwIfNoEntry: false })?.ino !== ino);
  const sum = (files) => files.reduce((total, { bytes }) => total + bytes, 0);
  return { bytesMade: sum(made), factBytesMade: sum(made.filter(({ name }) => /part-[^/]*$/.test(name))) };
}
