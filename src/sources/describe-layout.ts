import type { Layout, SourceName } from './sources.js';

/** The columns that the generations of the extractor store one way or another (data contract, section 1). */
const telling: Readonly<Record<SourceName, readonly string[]>> = {
  rates: [
    'service_codes',
    'provider_reference_id',
    'provider_group_id',
    'negotiated_rate',
    'last_updated_on',
  ],
  providers: ['provider_group_id', 'provider_reference_id', 'npi', 'last_updated_on'],
};

/** The generation of a file's layout: how it stores what tells one from another, such as `service_codes list, npi text`. */
export function describeLayout(source: SourceName, layout: Layout): string {
  return telling[source]
    .flatMap((column) => {
      const stored = layout.get(column);
      return stored ? `${column} ${stored.kind}` : [];
    })
    .join(', ');
}
