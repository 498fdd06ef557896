import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Summary } from '../../../src/pipeline/summary.js';
import type { SparkSession } from '../../../src/spark/session.js';
import { type Settings, settingsFor } from '../../model/settings.js';
import { tableNames } from '../../model/tables.js';
import { plainParts, type RandomPair } from '../../support/arbitrary-pair.js';
import { linesOf } from '../../support/compare-content.js';
import { loadFiles, type WrittenFiles, writeFiles } from '../../support/compare-files.js';
import { brokenKeysOf, type Outputs } from '../../support/compare-keys.js';
import { readPartitionedOutputs } from '../../support/partitioned.js';
import { missingTables, readTables } from './iceberg.js';
import { engineIn } from './spark.js';

const chunkSize = 100_000;

/** Loads one after the other into the tables of a namespace, and of the embedded engine into files beside them. */
export class Story {
  readonly folder: string;
  readonly namespace: string;
  readonly #session: SparkSession;
  readonly #root: string | undefined;
  #files = 0;

  /** `root` is an address for what is staged. */
  constructor(folder: string, namespace: string, session: SparkSession, root?: string) {
    this.folder = folder;
    this.namespace = namespace;
    this.#session = session;
    this.#root = root;
  }

  /** Loads a pair into the tables; `beforeEach` is told of each statement, and may throw. */
  async load(
    pair: RandomPair,
    settings = settingsFor('GA'),
    beforeEach: (sql: string) => void | Promise<void> = () => {},
  ): Promise<Summary> {
    return this.#loadFiles(await this.#write(pair), settings, beforeEach);
  }

  /** Loads a pair with both engines, and expects the same of both; gives what is told of the tables. */
  async expectSame(pair: RandomPair, settings = settingsFor('GA')): Promise<Summary> {
    const files = await this.#write(pair);
    const ours = await this.#loadFiles(files, settings, () => {});
    const theirs = await this.#embed(files, settings);
    expect(countsOf(ours)).toEqual(countsOf(theirs));
    for (const key of ['groups', 'rejects', 'warnings'] as const)
      expect({ [key]: withoutQueries(ours[key]) }).toEqual({ [key]: withoutQueries(theirs[key]) });
    const outputs = await readTables(this.#session, this.namespace);
    expect(linesOfAll(outputs)).toEqual(linesOfAll(await readPartitionedOutputs(this.#embedded)));
    expect(brokenKeysOf(outputs)).toEqual([]);
    return ours;
  }

  /** What the tables hold, as sorted lines. */
  async rows(): Promise<Record<string, string[]>> {
    return linesOfAll(await readTables(this.#session, this.namespace));
  }

  /** What the embedded engine makes of a pair. */
  async rowsOfEmbedded(pair: RandomPair): Promise<Record<string, string[]>> {
    await this.#embed(await this.#write(pair), settingsFor('GA'));
    return linesOfAll(await readPartitionedOutputs(this.#embedded));
  }

  /** Every key is there once, and whatever a row refers to is there, of the tables that there are. */
  async expectWhole(): Promise<void> {
    const missing = await missingTables(this.#session, this.namespace);
    expect(brokenKeysOf(await readTables(this.#session, this.namespace, missing))).toEqual([]);
  }

  recordOf(run: string): unknown {
    return JSON.parse(readFileSync(join(this.#dataRoot, 'runs', `${run}.json`), 'utf8'));
  }

  get #dataRoot(): string {
    return join(this.folder, 'root');
  }

  get #embedded(): string {
    return join(this.folder, 'embedded');
  }

  async #write(pair: RandomPair): Promise<WrittenFiles> {
    this.#files += 1;
    return writeFiles(join(this.folder, `input ${this.#files}`), plainParts(pair));
  }

  #loadFiles(
    files: WrittenFiles,
    settings: Settings,
    beforeEach: (sql: string) => void | Promise<void>,
  ): Promise<Summary> {
    const engine = engineIn(this.#session, beforeEach);
    const root = this.#root === undefined ? {} : { root: this.#root };
    return loadFiles(this.#dataRoot, files, settings, chunkSize, {
      catalog: this.namespace,
      engine,
      ...root,
    });
  }

  #embed(files: WrittenFiles, settings: Settings): Promise<Summary> {
    return loadFiles(this.#embedded, files, settings, chunkSize, { factLayout: 'partitioned' });
  }
}

/** All tables as sorted lines. */
export const linesOfAll = (outputs: Outputs): Record<string, string[]> =>
  Object.fromEntries(tableNames.map((name) => [name, linesOf(name, outputs[name])]));

/** What a summary says of tables, but for where they are; a replacement that changes nothing is told as nothing. */
export const countsOf = ({ tables }: Summary) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, { inserted, filled, removed, total }]) => [
      name,
      { gained: inserted - removed, filled, total },
    ]),
  );

/** The queries of examples name places, which differ. */
export const withoutQueries = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => (key === 'query' ? undefined : inner)));
