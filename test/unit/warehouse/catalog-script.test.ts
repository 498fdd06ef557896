import { describe, expect, it } from 'vitest';
import { tableNamed, tables } from '../../../src/tables/tables.js';
import { CatalogScript } from '../../../src/warehouse/catalog-script.js';
import { sparkDialect } from '../../../src/warehouse/spark-dialect.js';

const plain = (sql: string): string => sql.replaceAll(/\s+/g, ' ');

function scriptOf(mode: 'upsert' | 'replace' = 'upsert', dimensionConflict: 'fill' | 'update' = 'fill') {
  return new CatalogScript(sparkDialect, { namespace: 'lake.etl-1', rules: { mode, dimensionConflict } });
}

const august = { state: 'GA', payer_slug: 'acme', year_month: '2025-08' };
const noMonth = { ...august, year_month: null };

describe('the statements about tables of a catalog', () => {
  it('make tables with the columns of the contract, of which facts are in partitions', () => {
    expect(plain(scriptOf().createTable(tableNamed('dim_pos_set')))).toBe(
      "CREATE TABLE IF NOT EXISTS `lake`.`etl-1`.`dim_pos_set` (`pos_set_id` STRING COMMENT 'set of place-of-service codes: md5 of its members', " +
        "`pos_members` ARRAY<STRING> COMMENT 'the codes, sorted; empty where none are published') USING iceberg COMMENT 'sets of place-of-service codes' " +
        "TBLPROPERTIES ('format-version' = '2', 'write.merge.mode' = 'merge-on-read', 'write.merge.isolation-level' = 'serializable')",
    );
    const facts = plain(scriptOf().createTable(tableNamed('fact_rate')));
    expect(facts).toContain('`negotiated_rate` DOUBLE COMMENT');
    expect(facts).toContain(' USING iceberg PARTITIONED BY (`state`, `payer_slug`, `year_month`) COMMENT ');
    for (const table of tables.filter(({ name }) => name !== 'fact_rate'))
      expect(scriptOf().createTable(table)).not.toContain('PARTITIONED');
  });

  it('insert rows of a new key, and fill what is null', () => {
    expect(plain(scriptOf().mergeTable(tableNamed('dim_code')))).toBe(
      'MERGE INTO `lake`.`etl-1`.`dim_code` e USING incoming_dim_code i ON i.`code_type` = e.`code_type` AND i.`code` = e.`code` ' +
        'WHEN MATCHED AND ((i.`code_description` IS NOT NULL AND e.`code_description` IS NULL) OR (i.`code_name` IS NOT NULL AND e.`code_name` IS NULL)) ' +
        'THEN UPDATE SET e.`code_description` = coalesce(e.`code_description`, i.`code_description`), e.`code_name` = coalesce(e.`code_name`, i.`code_name`) ' +
        'WHEN NOT MATCHED THEN INSERT (`code_type`, `code`, `code_description`, `code_name`) ' +
        'VALUES (i.`code_type`, i.`code`, i.`code_description`, i.`code_name`)',
    );
  });

  it('take new values where dimension_conflict is update', () => {
    const sql = plain(scriptOf('upsert', 'update').mergeTable(tableNamed('xref_pg_tin')));
    expect(sql).toContain(
      'WHEN MATCHED AND ((i.`tin_type` IS NOT NULL AND NOT (i.`tin_type` <=> e.`tin_type`))) THEN UPDATE SET e.`tin_type` = coalesce(i.`tin_type`, e.`tin_type`)',
    );
  });

  it('leave a row alone that has nothing but its key', () => {
    const sql = plain(scriptOf().mergeTable(tableNamed('xref_pg_npi')));
    expect(sql).toContain('WHEN MATCHED AND false THEN DELETE WHEN NOT MATCHED THEN INSERT');
    expect(sql).not.toContain('UPDATE');
  });

  it('merge facts slice by slice, and say in the condition which slice it is', () => {
    const [first = '', second = '', ...others] = scriptOf().mergeFacts([august, noMonth]).map(plain);
    expect(others).toEqual([]);
    expect(first).toContain(
      "USING (SELECT * FROM incoming_fact_rate WHERE `state` = 'GA' AND `payer_slug` = 'acme' AND `year_month` = '2025-08') i " +
        "ON e.`state` = 'GA' AND e.`payer_slug` = 'acme' AND e.`year_month` = '2025-08' AND i.`fact_uid` = e.`fact_uid` " +
        'WHEN MATCHED AND false THEN DELETE WHEN NOT MATCHED THEN INSERT (`fact_uid`, `state`, ',
    );
    expect(second).toContain("e.`payer_slug` = 'acme' AND e.`year_month` IS NULL AND i.`fact_uid`");
  });

  it('replace all slices by one statement', () => {
    const [sql = '', ...others] = scriptOf('replace').mergeFacts([august, noMonth]).map(plain);
    expect(others).toEqual([]);
    const slices =
      "(`state` = 'GA' AND `payer_slug` = 'acme' AND `year_month` = '2025-08') OR (`state` = 'GA' AND `payer_slug` = 'acme' AND `year_month` IS NULL)";
    expect(sql).toMatch(/^INSERT INTO `lake`\.`etl-1`\.`fact_rate` REPLACE WHERE /);
    expect(sql.split(slices)).toHaveLength(3);
    expect(sql).toContain('SELECT `fact_uid`, `state`, `year_month`, `payer_slug`, ');
  });

  it('count facts by their keys, and in all columns where they are to be replaced', () => {
    const byKey = plain(scriptOf().countSlice(august));
    expect(byKey).toContain(
      "EXISTS (SELECT 1 FROM existing_fact_rate e WHERE e.`state` = 'GA' AND e.`payer_slug` = 'acme' AND e.`year_month` = '2025-08' AND i.`fact_uid` = e.`fact_uid`)",
    );
    expect(plain(scriptOf('replace').countSlice(august))).toContain(
      'AND e.`negotiated_rate` <=> i.`negotiated_rate`',
    );
  });

  it('quote what is data', () => {
    const [sql = ''] = scriptOf().mergeFacts([{ ...august, payer_slug: "it's" }]);
    expect(sql).toContain("`payer_slug` = 'it\\'s'");
  });

  it('look at rows as they are now, and at none of a table that is not there', () => {
    const table = tableNamed('dim_payer');
    const [refresh, view = ''] = scriptOf().openTable(table, true);
    expect(refresh).toBe('REFRESH TABLE `lake`.`etl-1`.`dim_payer`');
    expect(plain(view)).toBe(
      'CREATE OR REPLACE TEMPORARY VIEW `existing_dim_payer` AS SELECT `payer_slug`, `reporting_entity_name`, `version` FROM `lake`.`etl-1`.`dim_payer`',
    );
    const [none = '', ...others] = scriptOf().openTable(table, false);
    expect(others).toEqual([]);
    expect(none).toMatch(/AS SELECT CAST\(NULL AS STRING\) AS `payer_slug`, .* WHERE false$/);
  });

  it('ask for snapshots of several tables at once, as texts, which no number of ours would hold', () => {
    const [one, other] = [tableNamed('dim_code'), tableNamed('fact_rate')];
    expect(plain(scriptOf().currentSnapshots([one, other]))).toBe(
      "SELECT 'dim_code' AS name, CAST(snapshot_id AS STRING) AS snapshot FROM `lake`.`etl-1`.`dim_code`.refs WHERE name = 'main' UNION ALL " +
        "SELECT 'fact_rate' AS name, CAST(snapshot_id AS STRING) AS snapshot FROM `lake`.`etl-1`.`fact_rate`.refs WHERE name = 'main'",
    );
    const commits = plain(scriptOf().listCommits([one, other]));
    expect(commits).toMatch(/^SELECT 'dim_code' AS name, CAST\(snapshot_id AS STRING\) AS snapshot, /);
    expect(commits).toContain(
      "AS bytes FROM `lake`.`etl-1`.`dim_code`.snapshots UNION ALL SELECT 'fact_rate' AS",
    );
  });
});
