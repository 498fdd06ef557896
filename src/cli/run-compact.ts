import type { SettingName } from '../config/settings.js';
import type { Compaction } from '../layout/compact.js';
import { expectFiles } from './expect-files.js';
import { alignColumns, bytes, count, counted } from './format.js';
import { notes } from './notes.js';
import { writeResult } from './output.js';
import { asJson } from './output-format.js';
import type { OutputsOptions } from './outputs-options.js';
import { withSettings } from './with-settings.js';

/** Joins small parts of partitions and prints what came of it. */
export async function runCompact(
  options: OutputsOptions,
  flags: ReadonlyMap<SettingName, string>,
  signal: AbortSignal,
): Promise<number> {
  const { outputFormat, quiet, progress } = options;
  return withSettings(options, flags, async (settings) => {
    expectFiles('compact', settings);
    const observe = (partition: string) => {
      if (progress && !quiet) notes.say(`Compacting ${partition}`, { partition });
    };
    const { compact } = await import('../layout/compact.js');
    const compaction = await compact(settings, observe, signal);
    if (outputFormat === 'json') await writeResult(asJson({ status: 'compacted', ...compaction }));
    else if (!quiet) await writeResult(compactionAsText(compaction));
    return 0;
  });
}

/** A line for each partition whose parts were joined. */
export function compactionAsText({ partitions, compacted }: Compaction): string {
  if (compacted.length === 0)
    return `Nothing to do: ${counted(partitions, 'partition')}, none with parts to join\n`;
  const rows = compacted.map((one) => [
    one.partition,
    count(one.rows),
    `${one.parts_before} to ${one.parts}`,
    `${bytes(one.bytes_before)} to ${bytes(one.bytes)}`,
  ]);
  const lines = [
    ...alignColumns([['partition', 'rows', 'parts', 'size'], ...rows]),
    `${count(compacted.length)} of ${counted(partitions, 'partition')} compacted`,
  ];
  return `${lines.join('\n')}\n`;
}
