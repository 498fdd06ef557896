import type { ByteSink } from './byte-sink.js';
import type { Dictionary } from './dictionary.js';
import { bytesOf, type ValueType } from './value-type.js';

/** Finds the values of a dictionary by their numbers. */
export class DictionaryEntries {
  readonly #values: Uint8Array;
  /** Where each value starts, and the last one ends. */
  readonly #starts: Uint32Array;

  constructor({ values, count }: Dictionary, valueType: ValueType) {
    this.#values = values;
    this.#starts = new Uint32Array(count + 1);
    const bytes = bytesOf(valueType);
    const view = new DataView(values.buffer, values.byteOffset, values.length);
    let start = 0;
    for (let index = 0; index < count; index += 1) {
      // a text is behind its length
      start += bytes > 0 ? bytes : 4 + view.getUint32(start, true);
      this.#starts[index + 1] = start;
    }
    if (start > values.length) throw new RangeError('a dictionary is cut short');
  }

  /** Copies values as a page without a dictionary has them. */
  copy(numbers: Uint32Array, sink: ByteSink): void {
    for (const number of numbers) {
      const end = this.#starts[number + 1];
      if (end === undefined) throw new RangeError('a page refers to what is not in its dictionary');
      sink.copy(this.#values, this.#starts[number] ?? 0, end);
    }
  }
}
