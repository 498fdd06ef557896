import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { placeIn } from '../../../src/config/address.js';
import type { Summary } from '../../../src/pipeline/summary.js';
import type { FileSystems } from '../../../src/spark/file-systems.js';
import type { SparkSession } from '../../../src/spark/session.js';
import { type Settings, settingsFor } from '../../model/settings.js';
import { plainParts, type RandomPair } from '../../support/arbitrary-pair.js';
import { loadFiles, type WrittenFiles, writeFiles } from '../../support/compare-files.js';
import { brokenKeysOf } from '../../support/compare-keys.js';
import {
  datasetIn,
  describeDataset,
  partsThere,
  readList,
  readPartitionedOutputs,
} from '../../support/partitioned.js';
import { engineIn } from './spark.js';
import { countsOf, linesOfAll, withoutQueries } from './story.js';

/** How a load is made to end, or not to. */
interface How {
  readonly files?: FileSystems;
  readonly isForced?: boolean;
}

/** Loads one after the other into the files at an address, and of the embedded engine into files beside them. */
export class RootStory {
  readonly folder: string;
  readonly address: string;
  readonly #session: SparkSession;
  #files = 0;

  constructor(folder: string, address: string, session: SparkSession) {
    this.folder = folder;
    this.address = address;
    this.#session = session;
  }

  /** Loads a pair; `files` may throw. */
  async load(pair: RandomPair, settings = settingsFor('GA'), how: How = {}): Promise<Summary> {
    return this.#loadFiles(await this.#write(pair), settings, how);
  }

  /** Loads a pair with both engines, and expects the same of both; gives what is told of the tables. */
  async expectSame(pair: RandomPair, settings = settingsFor('GA')): Promise<Summary> {
    const files = await this.#write(pair);
    const ours = await this.#loadFiles(files, settings);
    const theirs = await this.#embed(files, settings);
    expect(countsOf(ours)).toEqual(countsOf(theirs));
    for (const key of ['groups', 'rejects', 'warnings'] as const)
      expect({ [key]: withoutQueries(ours[key]) }).toEqual({ [key]: withoutQueries(theirs[key]) });
    await this.expectRows();
    return ours;
  }

  /** Loads a pair with the embedded engine alone. */
  async embed(pair: RandomPair, settings = settingsFor('GA')): Promise<void> {
    await this.#embed(await this.#write(pair), settings);
  }

  /** The outputs hold what those of the embedded engine do, and their list names what is there. */
  async expectRows(): Promise<void> {
    const copy = await this.copy();
    const outputs = await readPartitionedOutputs(copy);
    expect(linesOfAll(outputs)).toEqual(linesOfAll(await readPartitionedOutputs(this.#embedded)));
    expect(brokenKeysOf(outputs)).toEqual([]);
    expect(readList(datasetIn(copy))).toEqual(await describeDataset(datasetIn(copy)));
  }

  /** Whoever follows the list finds every key once, and whatever a row refers to. */
  async expectWhole(): Promise<void> {
    const copy = await this.copy();
    const dataset = datasetIn(copy);
    const parts = partsThere(dataset);
    const listed = readList(dataset).files.map(({ path }) => path);
    expect(parts).toEqual(expect.arrayContaining(listed));
    for (const part of parts) if (!listed.includes(part)) rmSync(join(dataset, part));
    expect(brokenKeysOf(await readPartitionedOutputs(copy))).toEqual([]);
  }

  /** All files at the address, by their paths from it, without those that only Hadoop and later loads need. */
  async names(): Promise<string[]> {
    const names = (await this.#session.files.list(this.address, true)) ?? [];
    return names
      .filter((name) => !name.endsWith('.crc') && !/^\.etl1\/(?:left|owner)\.json$/.test(name))
      .toSorted();
  }

  /** A copy of the address on this machine. */
  async copy(): Promise<string> {
    const copy = join(this.folder, 'copy');
    rmSync(copy, { recursive: true, force: true });
    for (const name of await this.names()) {
      mkdirSync(dirname(join(copy, name)), { recursive: true });
      await this.#session.files.fetch(placeIn(this.address, name), join(copy, name));
    }
    return copy;
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
    { files: systems, isForced = false }: How = {},
  ): Promise<Summary> {
    const engine = engineIn(this.#session, undefined, systems);
    const how = { factLayout: 'partitioned', root: this.address, acceptsOutputs: isForced, engine } as const;
    return loadFiles(join(this.folder, 'root'), files, settings, 100_000, how);
  }

  #embed(files: WrittenFiles, settings: Settings): Promise<Summary> {
    return loadFiles(this.#embedded, files, settings, 100_000, { factLayout: 'partitioned' });
  }
}
