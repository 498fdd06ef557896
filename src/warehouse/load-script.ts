import type { SourceName } from '../sources/sources.js';
import type { Partition } from '../tables/partitions.js';
import { type Table, tables } from '../tables/tables.js';
import type { Dialect, FileLayout } from './dialect.js';
import type { InputFile, InputPiece } from './input-columns.js';
import { openPieces } from './input-pieces.js';
import { incomingFacts, incomingRows, type KeyRules, keyedProviders, keyedRates } from './keys-sql.js';
import * as merge from './merge-sql.js';
import { countStaged, rejectedRows, type StageRules, stagedRows } from './stage-sql.js';
import * as survey from './survey-sql.js';

/** What a load is made of, for an engine that runs SQL. */
export interface LoadScriptRequest {
  readonly files: Readonly<Record<SourceName, readonly InputFile[]>>;
  readonly rules: StageRules & KeyRules & { readonly dimensionConflict: 'fill' | 'update' };
  /** A folder for what is needed only while the load runs. */
  readonly scratch: string;
}

const views = {
  staged: { rates: 'staged_rates', providers: 'staged_providers' },
  rejected: { rates: 'rejected_rates', providers: 'rejected_providers' },
  keyed: { rates: 'keyed_rates', providers: 'keyed_providers' },
  there: 'existing_fact_rate',
  groups: 'load_group',
  gaining: 'gaining_group',
} as const;

/** Facts are found by code: parts are sorted so that readers skip row groups. */
export const factOrder: readonly string[] = ['code_type', 'code', 'pg_uid'];

/** The dimensions and cross-references, in the order in which they are published. */
export const dimensionTables: readonly Table[] = tables.filter(({ name }) => name !== 'fact_rate');

/**
 * The statements of a load, in the order in which they are run: the one place that knows it. What is read more than once is
 * written to the scratch folder first, so that it is made once and is the same each time.
 */
export class LoadScript {
  readonly #sql: Dialect;
  readonly #request: LoadScriptRequest;

  constructor(sql: Dialect, request: LoadScriptRequest) {
    this.#sql = sql;
    this.#request = request;
  }

  /** Names the rows of the inputs. */
  openInputs(): string[] {
    const { rates, providers } = this.#request.files;
    return [...rates, ...providers].flatMap((file) =>
      openPieces(this.#sql, file, [{ path: file.path, firstRow: 0, constants: file.constants }]),
    );
  }

  /** Names the rows of an input anew: those of some pieces of it. */
  openPieces(source: SourceName, file: number, pieces: readonly InputPiece[]): string[] {
    const input = this.#request.files[source][file];
    if (!input) throw new RangeError(`${source} has no file ${file}`);
    return openPieces(this.#sql, input, pieces);
  }

  /** Writes so many rows to a folder in the scratch folder, each by a task of its own, whatever the cluster is set to. */
  tryScratch(rows: number): { readonly statement: string; readonly folder: string } {
    const folder = this.#folderOf('tried');
    return { statement: this.#sql.write(folder, `SELECT id FROM range(0, ${rows}, 1, ${rows})`), folder };
  }

  /** Normalises a source and leaves out its rejects. */
  stage(source: SourceName): string[] {
    const { files, rules } = this.#request;
    return this.#keep(views.staged[source], stagedRows(this.#sql, source, files[source], rules));
  }

  /** Gives `accepted` rows, and how many are unusual, by reason. */
  countStaged(source: SourceName): string {
    return countStaged(this.#sql, source, views.staged[source]);
  }

  /** Keeps the rejects of a source, as one file. */
  keepRejects(source: SourceName): string[] {
    const rows = rejectedRows(this.#sql, source, this.#request.files[source], this.#request.rules);
    return this.#keep(views.rejected[source], rows, {
      files: 1,
      sortedBy: ['source_file', 'file_row_number'],
    });
  }

  /** Where they are kept. */
  rejectsFolder(source: SourceName): string {
    return this.#folderOf(views.rejected[source]);
  }

  /** Gives `reject_reason` and `rows`. */
  countRejects(source: SourceName): string {
    const rows = this.#sql.identifier(views.rejected[source]);
    return `SELECT reject_reason, count(*) AS rows FROM ${rows} GROUP BY reject_reason`;
  }

  /** Makes keys, facts, and the rows that come in for the other tables. */
  mintKeys(): string[] {
    const { rules } = this.#request;
    const { keyed, staged } = views;
    return [
      this.#sql.view(keyed.rates, keyedRates(this.#sql, staged.rates, rules)),
      this.#sql.view(keyed.providers, keyedProviders(this.#sql, staged.providers, rules)),
    ];
  }

  /** For each table what writes the rows that come in for it; those of one table need none of another. */
  keepIncoming(): string[][] {
    const { keyed } = views;
    const rows = incomingRows(this.#sql, keyed.rates, keyed.providers);
    return [
      this.#keep(
        merge.incoming({ name: 'fact_rate' }),
        incomingFacts(this.#sql, keyed.rates, this.#request.rules),
      ),
      ...Object.entries(rows).map(([name, query]) => this.#keep(`incoming_${name}`, query)),
    ];
  }

  /** Names the rows that a dimension or cross-reference has; `path` is null where it is not there yet. */
  openTable(table: Table, path: string | null): string {
    const name = merge.existing(table);
    return path === null
      ? this.#sql.view(name, merge.noRows(this.#sql, table))
      : this.#sql.viewOfFiles(name, path);
  }

  /** Gives `existing`, `inserted` and `filled`. */
  countMerge(table: Table): string {
    return merge.countMerge(this.#sql, table, this.#request.rules.dimensionConflict);
  }

  /** Writes a dimension or cross-reference anew, as one file. */
  writeTable(table: Table, folder: string): string {
    const rows = merge.mergedRows(this.#sql, table, this.#request.rules.dimensionConflict);
    return this.#sql.write(folder, rows, { files: 1, sortedBy: table.key });
  }

  /** Gives the `payer_slug` and `year_month` of each partition that facts come in for. */
  listPartitions(): string {
    return merge.slices(views.staged.rates);
  }

  /** Names the facts of a partition that has some. */
  openPartition(folder: string): string {
    return this.#sql.viewOfFiles(views.there, folder);
  }

  /** Gives the `rows` of the partition that was opened last. */
  countPartition(): string {
    return merge.countRows(this.#sql, views.there);
  }

  /** Writes the facts that a partition gets; where one is open, those that it does not have. */
  writePartition(partition: Partition, isOpen: boolean, folder: string, files: number): string {
    const rows = merge.newFacts(this.#sql, partition, isOpen ? views.there : null);
    return this.#sql.write(folder, rows, { files, sortedBy: factOrder });
  }

  countFacts(): string {
    return merge.countRows(this.#sql, merge.incoming({ name: 'fact_rate' }));
  }

  /** Names the groups that gain members, and all groups of the load. */
  openGroups(): string[] {
    return [
      this.#sql.view(views.gaining, merge.gainingGroups(this.#sql)),
      ...this.#keep(views.groups, survey.loadGroups(views.keyed.rates, views.keyed.providers)),
    ];
  }

  countGaining(): string {
    return merge.countRows(this.#sql, views.gaining);
  }

  countGroups(): string {
    return survey.countGroups(this.#sql, views.groups);
  }

  /** A row that stands for what is unusual for a reason, and the table that it is of; null where the reason has none. */
  findExample(
    reason: string,
  ): { readonly table: 'fact_rate' | 'dim_provider_group'; readonly query: string } | null {
    const fact = survey.unusualFact(this.#sql, reason);
    if (fact !== null) return { table: 'fact_rate', query: fact };
    const group = survey.remarkableGroup(this.#sql, reason, views.keyed.providers, views.groups);
    return group === null ? null : { table: 'dim_provider_group', query: group };
  }

  /** Writes rows to the scratch folder, and names what was written. */
  #keep(name: string, query: string, layout?: FileLayout): string[] {
    const folder = this.#folderOf(name);
    return [this.#sql.write(folder, query, layout), this.#sql.viewOfFiles(name, folder)];
  }

  #folderOf(name: string): string {
    return `${this.#request.scratch}/${name}`;
  }
}
