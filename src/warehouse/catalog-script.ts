import type { Partition } from '../tables/partitions.js';
import { type Table, tableNamed } from '../tables/tables.js';
import type { Dialect } from './dialect.js';
import * as iceberg from './iceberg-sql.js';
import { countRows, existing } from './merge-sql.js';

/** What the statements depend on. */
export interface CatalogScriptRequest {
  /** The catalog, and the namespace that has the tables: `lake.etl1`. */
  readonly namespace: string;
  readonly rules: {
    readonly dimensionConflict: 'fill' | 'update';
    readonly mode: 'upsert' | 'replace';
  };
}

const facts = tableNamed('fact_rate');

/**
 * The statements of a load that are about tables of a catalog; what comes in is that of a {@link LoadScript}, which has written it to
 * the scratch folder: MERGE reads it twice.
 */
export class CatalogScript {
  readonly #sql: Dialect;
  readonly #request: CatalogScriptRequest;

  constructor(sql: Dialect, request: CatalogScriptRequest) {
    this.#sql = sql;
    this.#request = request;
  }

  get namespace(): string {
    return this.#request.namespace;
  }

  /** What a table is called, as it is told to people. */
  nameOf({ name }: Pick<Table, 'name'>): string {
    return `${this.#request.namespace}.${name}`;
  }

  openNamespace(): string {
    return iceberg.createNamespace(this.#sql, this.#request.namespace);
  }

  /** Gives the `tableName` of all tables. */
  listTables(): string {
    return iceberg.listTables(this.#sql, this.#request.namespace);
  }

  /** Gives `col_name` and `data_type`, of columns first. */
  describeTable(table: Table): string {
    return iceberg.describeTable(this.#sql, this.nameOf(table));
  }

  /** Gives the `name` and `snapshot` of tables that were ever written to; of at least one table. */
  currentSnapshots(tables: readonly Table[]): string {
    return iceberg.currentSnapshots(
      this.#sql,
      tables.map((table) => ({ table, name: this.nameOf(table) })),
    );
  }

  /** Gives as `value` what the commits of this session carry as their `application`. */
  applicationId(): string {
    return iceberg.applicationId;
  }

  /** Gives the commits of tables, of at least one table. */
  listCommits(tables: readonly Table[]): string {
    return iceberg.listCommits(
      this.#sql,
      tables.map((table) => ({ table, name: this.nameOf(table) })),
    );
  }

  /** Names the rows that a table has now. */
  openTable(table: Table, isThere: boolean): string[] {
    const name = this.nameOf(table);
    const rows = iceberg.tableRows(this.#sql, name, table, isThere);
    return [
      ...(isThere ? [iceberg.refreshTable(this.#sql, name)] : []),
      this.#sql.view(existing(table), rows),
    ];
  }

  /** Gives the `rows` of all facts that are there. */
  countFacts(): string {
    return countRows(this.#sql, existing(facts));
  }

  /** Gives `existing`, `incoming` and `same`. */
  countSlice(slice: Partition): string {
    return iceberg.countSlice(this.#sql, slice, this.#request.rules.mode === 'replace');
  }

  createTable(table: Table): string {
    return iceberg.createTable(this.#sql, this.nameOf(table), table);
  }

  /** Changes a dimension or cross-reference. */
  mergeTable(table: Table): string {
    const { dimensionConflict } = this.#request.rules;
    return iceberg.mergeRows(this.#sql, this.nameOf(table), table, dimensionConflict);
  }

  /** Changes slices of facts, of which there are some: an upsert each by itself, a replacement all of them at once. */
  mergeFacts(slices: readonly Partition[]): string[] {
    const name = this.nameOf(facts);
    return this.#request.rules.mode === 'replace'
      ? [iceberg.replaceSlices(this.#sql, name, slices)]
      : slices.map((slice) => iceberg.mergeSlice(this.#sql, name, slice));
  }
}
