import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { tableNames } from '../model/tables.js';

const folder = join(fileURLToPath(new URL('../..', import.meta.url)), '..', 'shared', 'real');

const expectedShape = z.object({
  pairs: z.record(
    z.string(),
    z.object({
      load: z.object({
        state: z.string(),
        rates: z.string(),
        providers: z.string(),
        payer_slug_override: z.string().nullable(),
        provider_group_scope: z.enum(['payer', 'month']),
        empty_pos_set: z.enum(['', 'none']),
      }),
      input_rows: z.object({ rates: z.number(), providers: z.number() }),
      rejects: z.record(z.string(), z.number()),
      warnings: z.record(z.string(), z.number()),
      tables: z.record(z.enum(tableNames), z.object({ rows: z.number(), digest: z.string() })),
    }),
  ),
});

export type RealPair = z.output<typeof expectedShape>['pairs'][string];

/** Real published pairs and what they must come to, by name. They are not part of the project: none may be there. */
export const realPairs: readonly (readonly [string, RealPair])[] = readPairs();

/** Where a file of a real pair is. */
export function realFile(name: string): string {
  return join(folder, name);
}

function readPairs() {
  const file = realFile('expected.json');
  if (!existsSync(file)) {
    process.stderr.write(`skipped: no real pairs in ${folder}\n`);
    return [];
  }
  return Object.entries(expectedShape.parse(JSON.parse(readFileSync(file, 'utf8'))).pairs);
}
