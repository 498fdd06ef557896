/** The rules of the data contract that the peers need, as SQL expressions. They take clean input: lists, texts, whole ids. */

export const state = 'GA';

/** Columns of rates that hardly ever change within a file, by the name that the peers use. */
export const contextColumns = {
  entity: 'reporting_entity_name',
  version: 'version',
  updated: 'last_updated_on',
  class: 'billing_class',
  type: 'negotiated_type',
  arrangement: 'negotiation_arrangement',
  expiry: 'expiration_date',
};

export const blankAsNull = (text) => `CASE WHEN trim(${text}) = '' THEN NULL ELSE ${text} END`;

const inKey = (text) => `coalesce(${text}, '')`;

export const slug = (entity) => `trim(regexp_replace(lower(${entity}), '[^a-z0-9]+', '-', 'g'), '-')`;

const isoMonth = '20[0-9]{2}[-/](0[1-9]|1[0-2])';

export const month = (date) => `CASE
  WHEN regexp_matches(${date}, '${isoMonth}') THEN replace(regexp_extract(${date}, '${isoMonth}'), '/', '-')
  WHEN regexp_full_match(${date}, '[0-9]{4}(0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01]))?') THEN ${date}[1:4] || '-' || ${date}[5:6] END`;

export const groupKey = (payerSlug, version, id) =>
  `md5(concat(${payerSlug}, '|', ${inKey(version)}, '|', ${inKey(id)}, '|'))`;

export const posSetKey = (members) => `md5(array_to_string(${members}, '|'))`;

/** The part of a fact's key that its context gives before its code. */
export const keyHead = (yearMonth, payerSlug, billingClass) =>
  `concat('${state}|', ${inKey(yearMonth)}, '|', ${payerSlug}, '|', ${inKey(billingClass)}, '|')`;

/** The part of a fact's key that its context gives after its set of service codes. */
export const keyTail = (type, arrangement, expiry) =>
  `concat('|', ${inKey(type)}, '|', ${inKey(arrangement)}, '|', ${inKey(expiry)}, '|')`;

export const factKey = (head, codeType, code, group, posSet, tail, rate, id) =>
  `md5(concat(${head}, ${codeType}, '|', ${code}, '|', ${group}, '|', ${posSet}, ${tail}, printf('%.4f', ${rate}), '|', ${inKey(id)}))`;
