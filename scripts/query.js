#!/usr/bin/env node
/** Runs a SQL query, read from a file or from standard input, with the DuckDB of this project, and prints its rows. */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [file = 0] = process.argv.slice(2);
try {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  print(await connection.runAndReadAll(readFileSync(file, 'utf8')));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function print(reader) {
  const columns = reader.columnNames();
  const isText = columns.map((_, column) => /CHAR|\[\]/.test(String(reader.columnType(column))));
  const rows = reader.getRowsJson().map((row) => row.map(textOf));
  const widths = columns.map((_, column) => Math.max(...[columns, ...rows].map((row) => row[column].length)));
  for (const row of [columns, widths.map((width) => '-'.repeat(width)), ...rows]) {
    const cells = row.map((cell, column) =>
      isText[column] ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

function textOf(value) {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
