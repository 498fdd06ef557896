import type { FileSystems } from '../../../src/spark/file-systems.js';

/** File systems of which files are kept as texts, by address. What changes them may throw, and then changes nothing. */
export class MemoryFiles implements FileSystems {
  readonly files: Map<string, string>;
  readonly #beforeChange: (what: string) => void;

  constructor(files: Readonly<Record<string, string>> = {}, beforeChange: (what: string) => void = () => {}) {
    this.files = new Map(Object.entries(files));
    this.#beforeChange = beforeChange;
  }

  list = async (folder: string, deep: boolean): Promise<string[] | null> => {
    const below = [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
    const names = below.map((path) => path.slice(folder.length + 1));
    if (names.length === 0) return null;
    return deep ? names : [...new Set(names.map((name) => name.split('/')[0] ?? ''))];
  };

  describe = async (path: string) => {
    const text = this.files.get(path);
    if (text === undefined) return null;
    return { bytes: text.length, modified_ms: 7, end: Buffer.from(text.slice(-8)) };
  };

  digest = async (path: string): Promise<string> => `digest of ${this.files.get(path)}`;

  read = async (path: string): Promise<string | null> => this.files.get(path) ?? null;

  put = async (path: string, text: string): Promise<void> => {
    this.#beforeChange(`put ${path}`);
    this.files.set(path, text);
  };

  place = async (path: string, to: string): Promise<void> => {
    this.#beforeChange(`place ${path}`);
    const text = this.files.get(path);
    if (text === undefined) throw new RangeError(`${path} is gone`);
    this.files.delete(path);
    this.files.set(to, text);
  };

  fetch = async (path: string): Promise<void> => {
    throw new RangeError(`nobody asks for ${path}`);
  };

  send = async (path: string): Promise<void> => {
    throw new RangeError(`nobody sends ${path}`);
  };

  remove = async (path: string): Promise<void> => {
    this.#beforeChange(`remove ${path}`);
    for (const known of [...this.files.keys()])
      if (known === path || known.startsWith(`${path}/`)) this.files.delete(known);
  };
}
