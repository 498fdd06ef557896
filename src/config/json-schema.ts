import { z } from 'zod';
import { settingNamed, settingNames } from './settings.js';

/**
 * A JSON Schema (draft 2020-12) of a configuration file, for editors: every key with its default, what it may be and
 * why. It accepts what the loader accepts, but for three rules that it cannot say: a month that is written as a number
 * is one of twelve, no two tables share a file, and engine spark needs partitions.
 */
export function makeJsonSchema(): string {
  const keys = settingNames.map((name) => {
    const { schema, fallback, expected, why } = settingNamed(name);
    return [name, schema.prefault(fallback).describe(`${why} (${expected})`)];
  });
  const file = z
    .strictObject(Object.fromEntries(keys))
    .meta({ title: 'etl1', description: 'Settings of etl1, any of them left out.' });
  return `${JSON.stringify(z.toJSONSchema(file, { target: 'draft-2020-12', io: 'input' }), null, 2)}\n`;
}
