import type { Config } from '../config/load.js';
import type { SettingName } from '../config/settings.js';
import { readManifests } from '../pipeline/read-manifests.js';
import type { Summary } from '../pipeline/summary.js';
import { childArguments } from './child-arguments.js';
import { outcomeOf } from './child-outcome.js';
import type { Children } from './children.js';
import { notes } from './notes.js';
import { failedOutcome, type Outcome } from './outcome.js';
import type { RunOptions } from './run-options.js';
import type { Session } from './session.js';
import { summaryAsText, unchangedAsText } from './summary-report.js';
import { labelled } from './whole-lines.js';

/** What every one of some runs at a time is given. */
export interface Shared {
  readonly options: RunOptions;
  readonly flags: ReadonlyMap<SettingName, string>;
  /** With the share of memory and threads that each has. */
  readonly config: Config;
  readonly children: Children;
  readonly session: Session;
}

/** Loads one payer in a process of its own. */
export async function runInChild(payer: string, shared: Shared): Promise<Outcome> {
  const { options, flags, config, children, session } = shared;
  const isJson = config.settings.log_format === 'json';
  const say = (line: string) => notes.print(`${isJson ? line : labelled(line, payer)}\n`);
  try {
    session.signal.throwIfAborted();
    const end = await children.run(childArguments(payer, options, flags, config), say);
    return outcomeOf(payer, end, textOf);
  } catch (thrown) {
    return failedOutcome(payer, thrown, session);
  }
}

function textOf(summary: Summary): string {
  return summary.status === 'unchanged' ? textOfUnchanged(summary) : summaryAsText(summary);
}

/** The record of the run that did the same before knows when that was. */
function textOfUnchanged({ data_root: dataRoot, run_id: run }: Summary): string {
  for (const manifest of readManifests(dataRoot, () => {}))
    if (manifest.run_id === run) return unchangedAsText(manifest);
  return '';
}
