import { finishPublishing } from '../load/publish.js';
import { journalFile, publishLock } from './data-root.js';
import { Lock, makeHolder } from './lock.js';
import { makeRunId } from './run-id.js';

/** Finishes what a run that died was publishing; waits for one that lives. Throws `output` or `data`. */
export async function finishOthers(dataRoot: string, payer: string, signal: AbortSignal): Promise<void> {
  const now = new Date();
  const holder = makeHolder(makeRunId(now), payer, now);
  await using _publishing = await Lock.takeInTurn(publishLock(dataRoot), holder, signal, () => {});
  await finishPublishing({ path: journalFile(dataRoot), root: dataRoot });
}
