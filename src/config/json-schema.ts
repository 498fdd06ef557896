import { z } from 'zod';
import { partsOf } from './sections.js';
import { type SettingName, settingNamed, settingNames } from './settings.js';

/**
 * A JSON Schema (draft 2020-12) of a configuration file, for editors: every key with its default, what it may be and
 * why. It accepts what the loader accepts, but for five rules that it cannot say: a month that is written as a number
 * is one of twelve, no two tables share a file, no setting is there twice, engine spark needs partitions or a catalog, and
 * a catalog needs engine spark.
 */
export function makeJsonSchema(): string {
  const spark = z
    .strictObject(Object.fromEntries(partsOf('spark').map(([part, name]) => [part, keyOf(name)])))
    .optional()
    .describe('the settings that begin with spark_, without that');
  const keys = settingNames.map((name) => [name, keyOf(name)]);
  const file = z
    .strictObject({ ...Object.fromEntries(keys), spark })
    .meta({ title: 'etl1', description: 'Settings of etl1, any of them left out.' });
  return `${JSON.stringify(z.toJSONSchema(file, { target: 'draft-2020-12', io: 'input' }), null, 2)}\n`;
}

function keyOf(name: SettingName) {
  const { schema, fallback, expected, why } = settingNamed(name);
  return schema.prefault(fallback).describe(`${why} (${expected})`);
}
