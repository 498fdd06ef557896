import { EtlError, isDiskTrouble, messageOf } from '../errors.js';
import type { Database } from './db.js';
import { readAll, readNothing } from './sql.js';

/**
 * What ends work that reads files which earlier runs wrote: one of them whose pages are damaged is named, which the database
 * does not. Anything else passes as it is.
 */
export async function explainUnreadable(
  database: Database,
  paths: readonly string[],
  { step, cause }: { readonly step: string; readonly cause: unknown },
): Promise<unknown> {
  if (cause instanceof EtlError || isDiskTrouble(cause)) return cause;
  // after some errors a database answers nothing at all
  if ((await failureOf(database, readNothing)) !== null) return cause;
  for (const path of paths) {
    const failure = await failureOf(database, readAll(path));
    if (failure === null) continue;
    if (failure instanceof EtlError) return failure;
    return new EtlError('data', `${path} is in the way: it cannot be read: ${messageOf(failure)}`, {
      step,
      hint: 'put it back from a backup; or move that file away, then load every payer again that is in it with `--force`',
      cause,
    });
  }
  return cause;
}

async function failureOf(database: Database, query: string): Promise<unknown> {
  try {
    await database.rows(query);
    return null;
  } catch (cause) {
    return cause;
  }
}
