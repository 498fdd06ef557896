import { EtlError } from '../errors.js';
import { mostSlugLetters, type Partition } from '../tables/partitions.js';

/** Refuses a payer whose slug is too long for the name of a folder. Throws `data`. */
export function checkSlug({ payer_slug: slug }: Partition, step: string): void {
  if (slug.length <= mostSlugLetters) return;
  throw new EtlError(
    'data',
    `payer_slug ${slug.slice(0, 40)}…: has ${slug.length} letters; expected at most ${mostSlugLetters}, which a folder can be named after`,
    {
      step,
      hint: '`payer_slug_override` names a shorter one; `fact_layout: single` takes any',
    },
  );
}
