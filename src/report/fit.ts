import { embed } from './embed.js';
import type { PageData } from './page-data.js';

/** Bytes that the data of a page may come to: with its script and style it stays below two million. */
const mostBytes = 1_300_000;

/** Data with as many codes as there is room for. Everything else is bounded in number and length. */
export function fit(data: PageData): PageData {
  if (data.kind !== 'run' || !data.outputs.facts) return data;
  const { facts } = data.outputs;
  const withCodes = (rows: typeof facts.codes.rows): PageData => ({
    ...data,
    outputs: { ...data.outputs, facts: { ...facts, codes: { ...facts.codes, rows } } },
  });
  let room = mostBytes - sizeOf(withCodes([]));
  const rows = facts.codes.rows.filter((row) => {
    room -= sizeOf(row) + 1;
    return room >= 0;
  });
  return withCodes(rows);
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(embed(value));
}
