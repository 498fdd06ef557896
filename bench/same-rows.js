import { scenarios } from './scenarios.js';

/** Throws unless a contestant left as many rows in each table as all others did that leave the same, peers among them. */
export function checkSameRows(measures, { leaves }, rows) {
  for (const { id, contestants } of scenarios) {
    for (const [name, other] of Object.entries(contestants)) {
      if (other.leaves !== leaves) continue;
      for (const measured of measures[id]?.[name] ?? []) compare(rows, measured?.rows, `${id}, ${name}`);
    }
  }
}

function compare(rows, others, who) {
  for (const [table, found] of Object.entries(others ?? {})) {
    if (rows[table] !== found)
      throw new Error(`${table} has ${rows[table]} rows, where ${who} left ${found}`);
  }
}
