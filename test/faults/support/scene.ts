import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { FactLayout } from '../../../src/tables/partitions.js';
import { loadModel } from '../../model/load.js';
import { type Settings, settingsFor } from '../../model/settings.js';
import { noTables, type Tables } from '../../model/tables.js';
import type { Faults } from './faults.js';
import { type MadeInput, patterns, putInput } from './input.js';
import {
  type Content,
  contentOf,
  contentOfModel,
  faultsSeenIn,
  outputPaths,
  remainsIn,
  runsIn,
  tornPartitions,
  tornTables,
  viewsOf,
} from './outputs.js';
import { type Ended, type Running, type StartOptions, start } from './process.js';

export interface RunOptions extends Partial<Omit<StartOptions, 'cwd'>> {
  /** Flags besides the payer. */
  readonly args?: readonly string[];
}

/** A data root of its own, and the command that loads payers into it. */
export interface Scene {
  readonly folder: string;
  readonly dataRoot: string;
  readonly inputFolder: string;
  /** Starts another command on the data root. */
  command(args: readonly string[], options?: RunOptions): Running;
  start(payer: string, options?: RunOptions): Running;
  run(payer: string, options?: RunOptions): Promise<Ended>;
}

interface SceneOptions {
  readonly dataRoot?: string;
  /** How facts are kept; as one file where it is not said. */
  readonly layout?: FactLayout;
}

/** Runs work with a new data root that holds the inputs of some payers; it is gone afterwards. */
export async function inScene<T>(
  inputs: readonly MadeInput[],
  work: (scene: Scene) => Promise<T>,
  { dataRoot: given, layout = 'single' }: SceneOptions = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-faults-'));
  const dataRoot = given ?? join(folder, 'data');
  const inputFolder = join(folder, 'input');
  const started: Running[] = [];
  try {
    mkdirSync(dataRoot, { recursive: true });
    for (const input of inputs) putInput(input, inputFolder);
    const command = (
      words: readonly string[],
      { args = [], environment = {}, ...others }: RunOptions = {},
    ) => {
      const running = start([...words, '--output-format', 'json', ...args], {
        cwd: folder,
        environment: {
          ...patterns,
          ETL1_DATA_ROOT: dataRoot,
          ETL1_INPUT_DIR: inputFolder,
          ETL1_THREADS: '2',
          ETL1_FACT_LAYOUT: layout,
          ...environment,
        },
        ...others,
      });
      started.push(running);
      return running;
    };
    const startHere = (payer: string, options?: RunOptions) => command(['--payer', payer], options);
    return await work({
      folder,
      dataRoot,
      inputFolder,
      command,
      start: startHere,
      run: (payer, options) => startHere(payer, options).ended,
    });
  } finally {
    // a test that failed may have left some at work
    for (const running of started) if (!running.hasEnded) running.kill('SIGKILL');
    await Promise.allSettled(started.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.kept`, { recursive: true, force: true });
  }
}

/** Keeps a scene as it is now; gives what brings it back, with the times of its files. */
export function keep({ folder }: Pick<Scene, 'folder'>): () => void {
  const kept = `${folder}.kept`;
  const copy = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true });
    // Node's own copy cuts times to milliseconds, and a file with another time is another file
    execFileSync('cp', ['-a', from, to]);
  };
  copy(folder, kept);
  return () => copy(kept, folder);
}

/** Runs work with a folder for inputs that several tests share. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'etl1-faults-input-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What the contract makes of inputs that are loaded one after the other. */
export function modelOf(inputs: readonly MadeInput[], changes: Partial<Settings> = {}): Tables {
  const settings = settingsFor('GA', changes);
  return inputs.reduce((before, input) => loadModel(before, input, settings).tables, noTables);
}

export function expectedOf(...inputs: readonly MadeInput[]): Promise<Content> {
  return contentOfModel(modelOf(inputs));
}

/** Expects the content of the outputs, with every key once and every reference met, and that nothing else is left. */
export async function expectFinished({ dataRoot }: Pick<Scene, 'dataRoot'>, content: Content): Promise<void> {
  const views = viewsOf(dataRoot);
  expect(views.join(' ')).toMatch(/^(?:file|list(?: folders)?)$/);
  for (const view of views) expect(await contentOf(dataRoot, view), `seen by the ${view}`).toEqual(content);
  expect(await faultsSeenIn(dataRoot)).toEqual([]);
  expect(remainsIn(dataRoot)).toEqual([]);
}

/** Expects each table to be the old one or the new one, whole, to whoever looks at it, and every reference to be met. */
export async function expectOldOrNew(
  { dataRoot }: Pick<Scene, 'dataRoot'>,
  before: Content,
  after: Content,
): Promise<void> {
  const views = viewsOf(dataRoot);
  // where neither the file nor the list is there, there are no facts to who looks for one
  for (const view of new Set([views.find((one) => one !== 'folders'), ...views])) {
    const content = await contentOf(dataRoot, view);
    const torn = view === 'folders' ? tornPartitions : tornTables;
    expect(torn(content, before, after), `seen by the ${view ?? 'dimensions'}`).toEqual([]);
  }
  expect(await faultsSeenIn(dataRoot)).toEqual([]);
}

/** What is told of a run on stdout. */
const summarySchema = z.looseObject({
  status: z.string(),
  run_id: z.string().optional(),
  resumed_chunks: z.number().optional(),
  failed_chunks: z
    .array(
      z.looseObject({
        source: z.enum(['rates', 'providers']),
        file: z.string(),
        first_row: z.number(),
        rows: z.number(),
        reason: z.string(),
      }),
    )
    .optional(),
  tables: z
    .record(z.string(), z.looseObject({ inserted: z.number(), removed: z.number(), total: z.number() }))
    .optional(),
  error: z.looseObject({ exit_code: z.number(), message: z.string() }).optional(),
});
export type Summary = z.output<typeof summarySchema>;

export function summaryOf({ stdout, stderr }: Ended): Summary {
  if (stdout === '') throw new Error(`nothing was printed; stderr: ${stderr}`);
  return summarySchema.parse(JSON.parse(stdout));
}

/** Expects an exit code, and tells what the run said where it is another. */
export function expectExit(ended: Ended, ...codes: readonly (number | null)[]): Ended {
  if (codes.includes(ended.exitCode) && ended.signal === null) return ended;
  const { exitCode, signal, stdout, stderr } = ended;
  throw new Error(
    `ended with ${signal ?? exitCode}, expected ${codes.join(' or ')}\nstderr: ${stderr}\nstdout: ${stdout.slice(0, 300)}`,
  );
}

/** A run that failed says why, and does not call itself a bug. */
export function expectMessage({ stderr }: Ended, ...says: readonly (string | RegExp)[]): void {
  expect(stderr).not.toMatch(/this is a bug|\n {4}at |unhandled ?(?:rejection|exception)|panicked/i);
  expect(stderr.trim()).not.toBe('');
  for (const text of says) expect(stderr).toMatch(text);
}

/** The bytes of every output, to see that nothing has touched them. */
export function bytesOf({ dataRoot }: Pick<Scene, 'dataRoot'>): Record<string, string | null> {
  return Object.fromEntries(
    outputPaths(dataRoot).map((path) => [
      path,
      existsSync(path) ? readFileSync(path).toString('base64') : null,
    ]),
  );
}

/** Runs the same command until it has nothing more to say against it. */
export async function runUntilDone(
  scene: Pick<Scene, 'run'>,
  payer: string,
  options: RunOptions & { readonly times?: number } = {},
): Promise<Ended> {
  const { times = 3, ...others } = options;
  let ended = await scene.run(payer, others);
  for (let time = 1; time < times && ended.exitCode !== 0; time += 1) ended = await scene.run(payer, others);
  return expectExit(ended, 0);
}

/** The calls that a run makes, as its hook logged them. */
export function callsIn(log: string): { readonly op: string; readonly path: string }[] {
  const call = z.object({ op: z.string(), path: z.string() });
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => call.parse(JSON.parse(line)));
}

/** The manifests in a data root, oldest first. */
export function manifestsOf({ dataRoot }: Pick<Scene, 'dataRoot'>): { readonly run_id: string }[] {
  const manifest = z.looseObject({ run_id: z.string() });
  return runsIn(dataRoot).map((name) =>
    manifest.parse(JSON.parse(readFileSync(join(dataRoot, 'runs', name), 'utf8'))),
  );
}

/** A fault environment over the data root alone. */
export function below(scene: Scene, faults: Omit<Faults, 'below'>): Faults {
  return { below: scene.dataRoot, ...faults };
}
