import type { Output } from '../load/merge-table.js';
import { counted } from '../numbers.js';
import type { Manifest } from '../pipeline/manifest.js';
import { describeFile } from '../pipeline/snapshot.js';

/** How the outputs as they are now stand to what a run left. */

/** What has changed outputs since a run left them, in words; null where nothing has. A file that was copied is the same. */
export function whatChanged(
  manifest: Manifest,
  manifests: readonly Manifest[],
  outputs: readonly Output[],
): string | null {
  const changed = outputs.filter(({ table, path }) => {
    const left = manifest.outputs[table]?.left;
    const found = describeFile(path);
    return left?.bytes !== found?.bytes || left?.footer_sha256 !== found?.footer_sha256;
  });
  if (changed.length === 0) return null;
  const later = manifests.filter(({ finished_at: at }) => Date.parse(at) > Date.parse(manifest.finished_at));
  const tables = changed.map(({ table }) => table).join(', ');
  const [last] = later;
  if (!last) return `something else has changed ${tables} since this run`;
  const runs = `${counted(later.length, 'later run')} published into the same outputs`;
  return `${runs}, the last ${last.run_id} of payer ${last.payer}; different by now: ${tables}`;
}

/** How many slices are named one by one. */
const mostNamed = 6;

/** Whose rates are shown, in words. */
export function describeScope({ slices }: Manifest): string {
  if (!slices) return 'all rates in the outputs: the record of this run does not say which it loaded';
  if (slices.length === 0) return 'no rates: this run had none to load';
  const named = slices
    .slice(0, mostNamed)
    .map(({ state, payer_slug: slug, year_month: month }) => `${slug}, ${state}, ${month ?? 'no month'}`);
  const more = slices.length - named.length;
  return `the rates of ${named.join('; ')}${more > 0 ? `; and ${counted(more, 'more slice')}` : ''}`;
}
