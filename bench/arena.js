import {
  closeSync,
  cpSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countRows } from './count-rows.js';
import { provideJob } from './jobs.js';
import { measure } from './measure.js';
import { scenarios } from './scenarios.js';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const firstLoad = scenarios[0].contestants.etl1;

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
    for (const { job, onto } of contestants) {
      if (onto !== undefined) await this.#provideBase();
      if (job !== undefined) for (const path of Object.values(this.#filesOf(job))) await readThrough(path);
    }
  }

  /** Runs a contestant, measures it and counts the rows that it leaves. */
  async run({ program, job, args, onto, leaves }) {
    const out = onto === 'in place' ? this.#base : join(this.#work, 'out');
    if (onto !== 'in place') rmSync(out, { recursive: true, force: true });
    if (onto === 'copy') copyToDisk(this.#base, out);
    const measured = await measure(this.#command(program, job, args, out), this.#surroundings);
    if (leaves === null) return measured;
    const rows = await countRows(out);
    if (onto !== 'in place') rmSync(out, { recursive: true });
    this.#checkFacts(rows, leaves);
    return { ...measured, rows };
  }

  get #base() {
    return join(this.#work, 'base');
  }

  get #surroundings() {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('ETL1_'));
    const environment = { ...Object.fromEntries(others), ETL1_LOG_FILE: join(this.#work, 'etl1.log') };
    return { environment, cwd: this.#work };
  }

  #filesOf(job) {
    return provideJob(job, this.#scale, this.#work);
  }

  #command(program, job, args, out) {
    if (job === undefined) return [file('../bin/etl1.js'), ...args];
    const { rates, providers } = this.#filesOf(job);
    if (program === 'peer')
      return [file('peer.js'), '--rates', rates, '--providers', providers, '--out', out, ...args];
    const inputs = ['--payer', 'uhc', '--rates-file', rates, '--providers-file', providers];
    const rest = ['--data-root', out, '--config', devNull, '--quiet'];
    return [file('../bin/etl1.js'), ...inputs, ...rest, ...args];
  }

  /** The outputs of a first load, made once per build. */
  async #provideBase() {
    const mark = `${this.#base}.build`;
    if (existsSync(mark) && readFileSync(mark, 'utf8') === this.#build) return;
    rmSync(mark, { force: true });
    rmSync(this.#base, { recursive: true, force: true });
    const { program, job, args } = firstLoad;
    await measure(this.#command(program, job, args, this.#base), this.#surroundings);
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

/** Copies a folder and waits for the disk: whoever runs next is not to pay for it. */
function copyToDisk(from, to) {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const opened = openSync(join(entry.parentPath, entry.name), 'r');
    fsyncSync(opened);
    closeSync(opened);
  }
}
