import { z } from 'zod';
import type { Database } from './db.js';
import * as sql from './sql.js';
import type { StagedFiles } from './staged.js';

/** The codes of billing codes and of providers that staged facts have: those of which a run may have many. */
export interface StagedCodes {
  readonly codes: readonly bigint[];
  readonly providers: readonly bigint[];
}

const distinctCodes = z.tuple([z.object({ codes: z.array(z.bigint()), providers: z.array(z.bigint()) })]);

/** Finds the codes that staged facts have; null where none are staged under codes. */
export async function findStagedCodes(
  database: Database,
  { coded_fact: files = [] }: StagedFiles,
): Promise<StagedCodes | null> {
  if (files.length === 0) return null;
  await database.run(sql.viewStaged('coded_fact', files), ...sql.summariseCodedFacts);
  const [found] = distinctCodes.parse(await database.rows(sql.selectCodes));
  return found;
}
