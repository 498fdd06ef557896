import { quote } from './database.js';

/** The columns that say who published a file and when: the same in every row. */
export function publicationColumns({ payer, period }) {
  const entity = `${payer.charAt(0).toUpperCase()}${payer.slice(1)} Health Plan of Georgia, Inc.`;
  return `${quote(entity)} AS reporting_entity_name, 'Health Insurance Issuer' AS reporting_entity_type,
    ${quote(`${period.slice(0, 4)}-${period.slice(4)}-01`)} AS last_updated_on, '1.0.0' AS version`;
}
