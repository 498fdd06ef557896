import { publicationColumns } from './publication-sql.js';
import { published } from './scale.js';

const groups = 952;
/** Members in the published file, of which each has about eight rows. */
const members = { npis: 16_999, tins: 9_486 };

/** A prime beyond any number of rows, so that rows of one member are far from one another. */
const prime = 2_147_483_647;

/** The rows of providers: an NPI belongs to a TIN, and a TIN to a group. */
export function selectProviders({ providers, slim, payer, period }) {
  const part = (whole) =>
    Math.max(1, Math.min(providers, Math.round((whole * providers) / published.providers)));
  const npis = part(members.npis);
  const tins = Math.min(npis, part(members.tins));
  const unread = slim ? '' : `, '' AS location, '' AS network_id`;
  return `WITH member AS (SELECT (range * ${prime}) % ${npis} AS npi, npi % ${tins} AS tin FROM range(${providers}))
    SELECT tin % ${groups} AS provider_group_id, (1000000000 + npi)::VARCHAR AS npi, 'ein' AS tin_type,
      (100000000 + tin * 37)::VARCHAR AS tin_value, ${publicationColumns({ payer, period })}${unread} FROM member`;
}
