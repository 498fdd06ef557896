import { publicationColumns } from './publication-sql.js';

const groups = 637;

const serviceCodes = [
  ['02', '05', '06', '07', '08', '19', '21', '22', '23', '24', '26', '31', '34', '41', '42', '51', '52'],
  ['11'],
  ['11', '22', '49'],
  [],
];
const modifiers = [[], ['26'], ['TC'], ['26', '59'], ['50'], ['LT'], ['RT'], ['QW']];

/** Ways for a code to be priced before another price is needed: a provider group and a set of service codes. */
const pairs = groups * serviceCodes.length;
/** Coprime to the pairs, so that facts with neighbouring numbers meet different pairs and none meets one twice. */
const pairStep = 1_009;

/** Primes beyond any number of rows: multiplying by one, modulo a number of rows, puts those rows in another order. */
const primes = [2_147_483_647, 2_147_483_629, 2_147_483_587, 2_147_483_579, 2_147_483_563];

/**
 * The rates by row number. Every value is worked out from the number, without a join, which would lose the order of rows
 * or all cores but one. Facts are numbered; each has one row or more, next to one another, and each code a run of facts.
 * Then the rows of a code change places, so that neighbours in the file share a code and nothing else.
 */
export function selectRates({ rows, distinct, codes, slim, payer, period }) {
  const factAt = (place) => `((${place} + 1) * ${distinct} - 1) // ${rows}`;
  const firstRowOf = (fact) => `(${fact}) * ${rows} // ${distinct}`;
  const firstFactOf = (code) => `((${code}) * ${distinct} + ${codes - 1}) // ${codes}`;
  return `WITH
    coded AS (SELECT n::BIGINT AS n, (${factAt('n::BIGINT')}) * ${codes} // ${distinct} AS c FROM row_number),
    bounded AS (SELECT n, c, ${firstFactOf('c')} AS first_fact, ${firstRowOf(firstFactOf('c'))} AS first_row,
      ${firstRowOf(firstFactOf('c + 1'))} AS next_row FROM coded),
    moved AS (SELECT c, first_fact, first_row + ((n - first_row) * ${pick(primes, `c % ${primes.length}`)}
      + (hash(c) % 1000003)::BIGINT) % (next_row - first_row) AS place FROM bounded),
    found AS (SELECT c, place, ${factAt('place')} AS fact, fact - first_fact AS k FROM moved),
    told AS (SELECT c, place - ${firstRowOf('fact')} AS copy, k // ${pairs} AS extra,
      (k * ${pairStep} + c * 31) % ${pairs} AS pair FROM found)
    SELECT ${columns({ slim, payer, period }).join(', ')} FROM told`;
}

function columns({ slim, payer, period }) {
  const readColumns = [
    `pair % ${groups} AS provider_reference_id`,
    // two prices of a pair are never the same
    `(1 + hash(c * 64 + pair % 40) % 300000 + extra * 300000)::DOUBLE / 100 AS negotiated_rate`,
    `'negotiated' AS negotiated_type`,
    `CASE WHEN c % 5 = 0 THEN 'institutional' ELSE 'professional' END AS billing_class`,
    `'9999-12-31' AS expiration_date`,
    `${pick(serviceCodes.map(listOf), `pair // ${groups}`)} AS service_codes`,
    `CASE WHEN c % 3 = 0 THEN 'HCPCS' WHEN c % 97 = 1 THEN 'MS-DRG' ELSE 'CPT' END AS billing_code_type`,
    `CASE WHEN c % 3 = 0 THEN chr((65 + c % 22)::INTEGER) || printf('%04d', c) WHEN c % 97 = 1 THEN printf('%03d', c) ELSE printf('%05d', c) END AS billing_code`,
    `'Procedure ' || c || ', ' || repeat('with guidance by imaging and interpretation, ', 1 + c % 4) || 'complete' AS description`,
    `'PROCEDURE ' || c AS name`,
    `'ffs' AS negotiation_arrangement`,
    publicationColumns({ payer, period }),
  ];
  if (slim) return readColumns;
  return [
    ...readColumns,
    `${pick(modifiers.map(listOf), `copy % ${modifiers.length}`)} AS billing_code_modifier`,
    `'' AS additional_information`,
    `'2025' AS billing_code_type_version`,
    `'' AS structure_id`,
    `['PLAN ONE', 'PLAN TWO'] AS plan_name`,
    `['EIN'] AS plan_id_type`,
    `['123456789'] AS plan_id`,
    `['group'] AS plan_market_type`,
    `'' AS network_id`,
    `'' AS plan_name_alt`,
  ];
}

function listOf(texts) {
  return `[${texts.map((text) => `'${text}'`).join(', ')}]::VARCHAR[]`;
}

/** The item of a list of SQL expressions that a number from 0 names. */
function pick(items, index) {
  return `[${items.join(', ')}][${index} + 1]`;
}
