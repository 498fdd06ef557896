import { DuckDBInstance } from '@duckdb/node-api';

/** Runs work with a DuckDB in memory that spills to a folder, and closes it. */
export async function withDatabase({ memory, threads, spillTo, keepOrder }, work) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`SET memory_limit = ${quote(memory)}`);
    await connection.run(`SET threads = ${threads}`);
    await connection.run(`SET temp_directory = ${quote(spillTo)}`);
    await connection.run(`SET preserve_insertion_order = ${keepOrder}`);
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Text as SQL. */
export function quote(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
