import { randomInt } from 'node:crypto';
import type { DataFrame } from 'nodejs-polars';
import { Codebook, type CodebookMark, type CodebookPart } from '../extract/codebook.js';
import type { Window } from '../extract/windows.js';
import type { StagedCodes } from '../load/staged-codes.js';
import type { PutCode } from '../parquet/recode.js';
import type { TransformSettings } from '../transform/rates.js';
import {
  type CodedRates,
  type CodedRatesTransform,
  type ConstantCodes,
  compileCodedRates,
} from '../transform/rates-coded.js';
import { compileResolution, type Resolution, type ResolvedCodes } from '../transform/rates-codes.js';
import {
  type CodedReading,
  codeSum,
  codingsOf,
  contextSum,
  planCodedReading,
  serviceColumn,
} from '../transform/rates-coding.js';
import { Repeats } from '../transform/repeats.js';
import { constantsThroughout } from './constants-throughout.js';
import type { PlannedFile } from './plan.js';

/** How a window is read to have its texts as codes. */
export interface CodedWindow {
  readonly columns: readonly string[];
  readonly coders: ReadonlyMap<string, PutCode>;
  readonly transform: CodedRatesTransform;
}

type Constants = ReadonlyMap<string, string | null>;

/** What a run knows of texts, for another run that goes on with its work. */
export interface RatesCodebookPart {
  readonly texts: CodebookPart;
  /** Texts of service codes, by their sum. */
  readonly services: readonly (readonly [code: string, text: string])[];
}

interface RatesCodebookMark {
  readonly texts: CodebookMark;
  readonly services: number;
}

/** What a run knows of the texts in rates that it reads as codes. */
export class RatesCodebook {
  readonly #settings: TransformSettings;
  readonly #codebook: Codebook;
  readonly #repeats = new Repeats(() => this.#codebook.mark().get('billing_code') ?? 0);
  readonly #kinds: string;
  #idColumn: string | undefined;
  #compiledResolution: Resolution | undefined;
  readonly #windows = new Map<string, CodedWindow | null>();
  readonly #constants = new Map<PlannedFile, Constants>();
  /** Texts of service codes by their sum. */
  readonly #services = new Map<string, string>();
  #kept: RatesCodebookMark = { texts: new Map(), services: 0 };

  constructor({ layout }: PlannedFile, settings: TransformSettings) {
    this.#settings = settings;
    this.#codebook = new Codebook(codingsOf(layout));
    this.#kinds = kindsOf(layout);
  }

  /** How to read a window as codes; null where its rows have to be looked at. */
  plan(file: PlannedFile, window: Window): CodedWindow | null {
    // codes of two layouts would not go together
    if (kindsOf(file.layout) !== this.#kinds) return null;
    const constants = this.#constantsOf(file);
    const rows = { layout: file.layout, constants, ...nullsOf(window) };
    const reading = planCodedReading(rows, this.#settings.payerSlugOverride !== null);
    if (!reading) return null;
    this.#idColumn ??= reading.idColumn;
    if (reading.idColumn !== this.#idColumn) return null;
    const key = JSON.stringify([reading, [...constants]]);
    let planned = this.#windows.get(key);
    if (planned === undefined) {
      planned = this.#compile(file, reading, constants);
      this.#windows.set(key, planned);
    }
    return planned;
  }

  /** What was met since the last call of {@link keep}: to be kept with what is staged now. */
  unkept(): { readonly part: RatesCodebookPart; readonly mark: RatesCodebookMark } {
    const mark = { texts: this.#codebook.mark(), services: this.#services.size };
    const services = [...this.#services].slice(this.#kept.services, mark.services);
    return { part: { texts: this.#codebook.between(this.#kept.texts, mark.texts), services }, mark };
  }

  /** What was met up to a mark is on disk. */
  keep(mark: RatesCodebookMark): void {
    this.#kept = mark;
  }

  /** Takes over what an interrupted run had met and kept. */
  restore({ texts, services }: RatesCodebookPart): void {
    this.#codebook.restore(texts);
    for (const [code, text] of services) this.#services.set(code, text);
    this.#kept = { texts: this.#codebook.mark(), services: this.#services.size };
  }

  /** Looks up what the lists of a chunk's service codes hold, while its rows are at hand. */
  async noteServices(
    { services }: CodedRates,
    frame: DataFrame,
    { listsOf }: CodedRatesTransform,
  ): Promise<void> {
    const unknown = services.filter((code) => !this.#services.has(code));
    if (unknown.length === 0) return;
    const lists = await listsOf(frame, unknown);
    for (const code of unknown) this.#services.set(code, this.#serviceText(code, lists.get(code)));
  }

  /**
   * Dimensions of the codes that staged facts have. `contextRows` tells how many rows each context has, `firstId` is the
   * first of their surrogate keys.
   */
  resolve(
    { codes, providers }: StagedCodes,
    contextRows: ReadonlyMap<string, number>,
    firstId: number,
  ): Promise<ResolvedCodes> {
    const textsIn = (columns: readonly string[]) => (code: bigint) =>
      Object.fromEntries(columns.map((column) => [column, this.#codebook.textIn(column, code)]));
    const by = <T>(found: Iterable<bigint | string>, textsOf: (code: bigint) => T) =>
      new Map(Array.from(found, (code) => [String(code), textsOf(BigInt(code))]));
    const met = {
      contexts: by(contextRows.keys(), textsIn(contextSum)),
      codes: by(codes, textsIn(codeSum)),
      providers: by(providers, (code) => ({ provider_reference_id: this.#providerText(code) })),
      services: new Map(Array.from(this.#services, ([code, text]) => [code, { service_codes: text }])),
    };
    return this.#resolution()(met, contextRows, firstId);
  }

  /** Gets ready to resolve codes: to be called while something else is waited for. */
  prepare(): void {
    this.#resolution();
  }

  #resolution(): Resolution {
    this.#compiledResolution ??= compileResolution(this.#settings);
    return this.#compiledResolution;
  }

  #compile(file: PlannedFile, reading: CodedReading, constants: Constants): CodedWindow | null {
    const codes = this.#constantCodes(reading, constants);
    if (!codes) return null;
    return {
      columns: reading.columns,
      coders: new Map(reading.coded.map((column) => [column, this.#codebook.coderOf(column)])),
      // no file can be made to have two rows of one hash
      transform: compileCodedRates(file.layout, reading, {
        constants: codes,
        repeats: this.#repeats,
        seed: () => randomInt(2 ** 48 - 1),
      }),
    };
  }

  /** Null where one of the texts has no code. */
  #constantCodes({ idColumn }: CodedReading, constants: Constants): ConstantCodes | null {
    const sum = (columns: readonly string[]) => {
      const texts = columns.flatMap((column) => {
        const text = constants.get(column);
        return typeof text === 'string' ? [this.#codebook.codeOfText(column, text)] : [];
      });
      return texts.reduce(
        (one, other) => (one === undefined || other === undefined ? undefined : one + other),
        0n,
      );
    };
    const [context, code, service, provider] = [contextSum, codeSum, [serviceColumn], [idColumn]].map(sum);
    if (context === undefined || code === undefined || service === undefined || provider === undefined)
      return null;
    return {
      context: String(context),
      code: String(code),
      service: String(service),
      provider: String(provider),
    };
  }

  #constantsOf(file: PlannedFile): Constants {
    const known = this.#constants.get(file) ?? constantsThroughout('rates', file);
    this.#constants.set(file, known);
    return known;
  }

  /** A number is its own code. */
  #providerText(code: bigint): string | null {
    const column = this.#idColumn ?? '';
    return this.#codebook.has(column) ? this.#codebook.textIn(column, code) : String(code);
  }

  #serviceText(code: string, list: string | undefined): string {
    if (list === undefined) return this.#codebook.textIn(serviceColumn, BigInt(code)) ?? '';
    const elements = list.split(',').filter((element) => element !== '');
    // a separator of service codes, so that nothing is lost
    return elements
      .map((element) => this.#codebook.textOfFingerprint(serviceColumn, BigInt(element)))
      .join('|');
  }
}

/** The kinds of the columns whose codes are of different sorts. */
function kindsOf(layout: PlannedFile['layout']): string {
  return ['provider_reference_id', 'provider_group_id', serviceColumn]
    .map((column) => layout.get(column)?.kind ?? 'absent')
    .join(' ');
}

/** Which columns of a window have no null, and which nothing else. */
function nullsOf({ rowGroups }: Window) {
  const withoutNulls = new Map<string, boolean>();
  const withoutValues = new Map<string, boolean>();
  for (const { column, nulls, metadata } of rowGroups.flatMap(({ chunks }) => chunks)) {
    withoutNulls.set(column, (withoutNulls.get(column) ?? true) && nulls === 0);
    withoutValues.set(
      column,
      (withoutValues.get(column) ?? true) && BigInt(nulls ?? -1) === metadata.num_values,
    );
  }
  const those = (columns: ReadonlyMap<string, boolean>) =>
    new Set([...columns].filter(([, holds]) => holds).map(([column]) => column));
  return { withoutNulls: those(withoutNulls), withoutValues: those(withoutValues) };
}
