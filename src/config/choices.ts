import { z } from 'zod';
import type { Setting } from './settings.js';
import { nearest } from './suggest.js';

/** The words that a setting takes, where it takes words of a list. */
export function choicesOf({ schema }: Setting): string[] {
  return wordsIn(z.toJSONSchema(schema, { io: 'input' })).filter((word) => word !== '');
}

function wordsIn(schema: z.core.JSONSchema.BaseSchema): string[] {
  const words = [...(schema.enum ?? []), schema.const].filter((word) => typeof word === 'string');
  return [...words, ...(schema.anyOf ?? []).flatMap(wordsIn)];
}

/** `; did you mean x?` where a value is close to one that the setting takes, or a synonym of one; else nothing. */
export function suggestValue(value: unknown, setting: Setting): string {
  if (typeof value !== 'string') return '';
  const { synonyms = {} } = setting;
  const near = nearest(value, [...choicesOf(setting), ...Object.keys(synonyms)]);
  return near === undefined ? '' : `; did you mean ${synonyms[near] ?? near}?`;
}
