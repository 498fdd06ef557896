/**
 * What CMS lets a published file say: the schema `in-network-rates` of CMSgov/price-transparency-guide, and the code set
 * of places of service. The shapes of codes are those of the code systems' owners.
 */

/** The types of billing codes, each with a regular expression of its codes; null where they may be anything. */
export const codeShapes: Readonly<Record<string, string | null>> = {
  // categories I to III, laboratory analyses, and the giving of a vaccine
  CPT: '[0-9]{4}[0-9AFMTU]',
  // level I are the CPT codes
  HCPCS: '[A-V][0-9]{4}|[0-9]{4}[0-9AFMTU]',
  CDT: 'D[0-9]{4}',
  // ICD-10-PCS, ICD-10-CM, ICD-9
  ICD: '[0-9A-HJ-NP-Z]{7}|[A-Z][0-9][0-9A-Z](\\.?[0-9A-Z]{1,4})?|(V[0-9]|E[0-9]{2}|[0-9]{2})[0-9]?(\\.?[0-9]{1,2})?',
  'MS-DRG': '[0-9]{3}',
  // a group, and a class of severity
  'R-DRG': '[0-9]{3,4}(-?[0-9])?',
  'S-DRG': '[0-9]{3,4}(-?[0-9])?',
  'APS-DRG': '[0-9]{3,4}(-?[0-9])?',
  'AP-DRG': '[0-9]{3,4}(-?[0-9])?',
  'APR-DRG': '[0-9]{3,4}(-?[0-9])?',
  APC: '0?[0-9]{4}',
  EAPG: '[0-9]{3,5}',
  NDC: '[0-9]{10,11}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}',
  HIPPS: '[0-9A-Z]{5}',
  RC: '[0-9]{3,4}',
  LOCAL: null,
  'CSTM-ALL': null,
};

/** Stands for every code of a type, and for every place of service. */
export const anyCode = 'CSTM-00';

export const negotiatedTypes = ['negotiated', 'derived', 'fee schedule', 'percentage', 'per diem'];

export const billingClasses = ['professional', 'institutional', 'both'];

export const arrangements = ['ffs', 'bundle', 'capitation'];

export const tinTypes = ['ein', 'npi'];

/** The places of service that have a meaning; the others are unassigned. */
export const placesOfService = [
  ...'01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27'.split(' '),
  ...'31 32 33 34 41 42 49 50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99'.split(' '),
];
