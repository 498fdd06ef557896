import { apportion } from './apportion.js';
import { type Code, codes } from './codes.js';
import type { Group } from './groups.js';
import { pickBelow, pickFactor, pickWeighted, type Random, shuffle } from './random.js';
import * as terms from './terms.js';

/** One price. Texts that may be blank are nullable; `negotiated_rate` is dollars, or a percentage. */
export interface RateRow {
  readonly provider_reference_id: number;
  readonly negotiated_rate: number | null;
  readonly negotiated_type: string;
  readonly billing_class: string;
  readonly billing_code_type: string;
  readonly billing_code: string | null;
  readonly negotiation_arrangement: string;
  readonly description: string;
  readonly name: string | null;
  readonly expiration_date: string;
  readonly service_codes: readonly string[] | null;
  readonly billing_code_modifier: readonly string[] | null;
  readonly additional_information: string | null;
}

/** What etl1 must reject, one after the other, once in this many rows (the first half way through). */
const faults: readonly Partial<RateRow>[] = [
  { negotiated_rate: null },
  { billing_code: '' },
  { negotiated_rate: Number.NaN },
  { billing_code: null },
];
const rowsPerFault = 1500;

const outpatientFactor = 1.9;
const priceNoise = 0.04;

/** That many rates, code by code as in real files; `year` is that of the publication. */
export function* makeRates(
  random: Random,
  rates: number,
  groups: readonly Group[],
  year: number,
): Generator<RateRow> {
  const shares = apportion(
    rates,
    codes.map((code) => code.weight),
  );
  let rowNumber = 0;
  for (const [index, code] of codes.entries()) {
    for (const row of makeRatesOfCode(random, code, shares[index] ?? 0, groups, year)) {
      yield { ...row, ...faultOf(rowNumber) };
      rowNumber++;
    }
  }
}

function* makeRatesOfCode(
  random: Random,
  code: Code,
  rows: number,
  groups: readonly Group[],
  year: number,
): Generator<RateRow> {
  let left = rows;
  while (left > 0) {
    for (const group of shuffle(random, groups)) {
      const fact = makeFact(random, code, group, year);
      const copies = Math.min(left, pickWeighted(random, terms.copyCounts));
      const firstModifier = pickBelow(random, terms.modifiers.length);
      for (let copy = 0; copy < copies; copy++) {
        yield {
          ...fact,
          name: pickWeighted<string | null>(random, [
            [code.name, 97],
            ['', 2],
            [null, 1],
          ]),
          billing_code_modifier: terms.modifiers[(firstModifier + copy) % terms.modifiers.length] ?? null,
        };
      }
      left -= copies;
      if (left === 0) break;
    }
  }
}

function makeFact(random: Random, code: Code, group: Group, year: number): RateRow {
  const institutional = code.setting === 'institutional' || (code.setting === 'either' && random() < 0.35);
  const kinds = institutional ? terms.institutionalKinds[code.type] : terms.professionalKinds;
  const kind = pickWeighted(random, kinds);
  const isPercentage = kind === 'percentage';
  const dearer = institutional && code.setting === 'either' ? outpatientFactor : 1;
  const price = code.price * dearer * group.priceFactor * pickFactor(random, priceNoise);
  return {
    provider_reference_id: group.id,
    negotiated_rate: isPercentage ? 30 + pickBelow(random, 61) : Math.round(price * 100) / 100,
    negotiated_type: kind,
    billing_class: institutional ? 'institutional' : 'professional',
    billing_code_type: code.type,
    billing_code: code.code,
    negotiation_arrangement: random() < (institutional ? 0.08 : 0.01) ? 'bundle' : 'ffs',
    description: code.description,
    name: code.name,
    expiration_date: pickWeighted(random, [
      ['9999-12-31', 90],
      [`${year}-12-31`, 7],
      [`${year + 1}-06-30`, 3],
    ]),
    service_codes: pickWeighted(
      random,
      institutional ? terms.institutionalServices : terms.professionalServices,
    ),
    billing_code_modifier: null,
    additional_information: isPercentage ? 'percentage of billed charges' : null,
  };
}

function faultOf(rowNumber: number): Partial<RateRow> | undefined {
  const turn = rowNumber / rowsPerFault - 0.5;
  return Number.isInteger(turn) ? faults[turn % faults.length] : undefined;
}
