import { type Bucket, type DimensionWeights, inBucket, list, nonBlank, pack, selectUnpacked } from './sql.js';

/** The SQL text that finds facts which are there already without their keys: by what these are made of. */

/** What a key has of its fact's context, beside the state. The group's key tells the payer, the version and the provider's id. */
const contextTexts = [
  'year_month',
  'billing_class',
  'negotiated_type',
  'negotiation_arrangement',
  'expiration_date',
];

/** Facts that are there as incoming ones are: as numbers of references to dimension rows, and rates. */
function selectExisting(bucket: Bucket, weights: DimensionWeights): string {
  const references = { context: 'g.context', code: 'c.ref', provider: 'g.provider', pos_set: 'p.ref' };
  const texts = contextTexts.map((column) => `${nonBlank(`c.${column}`)} AS ${column}`);
  const sameTexts = contextTexts.map((column) => `g.${column} IS NOT DISTINCT FROM e.${column}`);
  return `SELECT ${pack(weights, (name) => references[name])} AS packed, negotiated_rate FROM fact_in_slice e
    JOIN (SELECT * FROM code WHERE ${inBucket(bucket, 'code_type', 'code')}) c ON c.code_type = e.code_type AND c.code = e.code
    JOIN pos_set_key p ON p.pos_set_id = e.pos_set_id
    JOIN (SELECT r.context, provider, pg_uid, ${list(texts)} FROM rates_group r JOIN context c ON c.ref = r.context) g
      ON g.pg_uid = e.pg_uid AND ${list(sameTexts, ' AND ')}`;
}

const isKnown = (bucket: Bucket, weights: DimensionWeights): string =>
  `(packed, negotiated_rate) IN (SELECT (packed, negotiated_rate) FROM (${selectExisting(bucket, weights)}))`;

/** Counts the facts that come in by their groups, and how many of them are not found. */
export const countMet = (bucket: Bucket, weights: DimensionWeights): string[] => [
  `CREATE OR REPLACE TEMP TABLE met AS SELECT context, provider, is_known, count(*) AS facts
    FROM (SELECT context, provider, ${isKnown(bucket, weights)} AS is_known FROM tuple) GROUP BY ALL`,
  'INSERT INTO group_facts SELECT pg_uid, facts FROM met JOIN rates_group USING (context, provider)',
];

export const countNotFound = 'SELECT coalesce(sum(facts) FILTER (WHERE NOT is_known), 0) AS facts FROM met';

/** Leaves those alone in view that are not found. */
export const keepNotFound = (bucket: Bucket, weights: DimensionWeights): string[] => [
  `CREATE OR REPLACE TEMP TABLE tuple_not_found AS SELECT packed, negotiated_rate FROM tuple WHERE NOT ${isKnown(bucket, weights)}`,
  `CREATE OR REPLACE TEMP VIEW tuple AS ${selectUnpacked(weights, 'tuple_not_found')}`,
];
