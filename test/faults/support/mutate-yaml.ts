import type { Random } from './random.js';

/** A good configuration that says what the defaults say. */
const lines = [
  'state: GA',
  'period: latest',
  'payer_slug_override: null',
  'dims_dir: dims',
  'xrefs_dir: xrefs',
  'gold_dir: gold',
  'dim_code_file: dim_code.parquet',
  'fact_rate_file: fact_rate.parquet',
  'providers: required',
  'empty_pos_set: ""',
  'provider_group_scope: payer',
  'dimension_conflict: fill',
  'mode: upsert',
  'max_reject_ratio: 0.5',
  'chunk_size: 50000',
  'memory_limit_mb: 1024',
  'log_level: INFO',
  'log_file: logs/etl1.log',
];

/** Values that a setting might not expect. */
const values = [
  '',
  '~',
  'true',
  '-1',
  '0',
  '1e999',
  '-1e400',
  '.nan',
  '.inf',
  '0x7fffffffffffffff',
  '9'.repeat(400),
  '0.1e-400',
  '[]',
  '{}',
  '[GA, TX]',
  '{a: {b: {c: d}}}',
  '2025-08-01',
  '"\\0"',
  '"a\\nb"',
  '"../../../etc"',
  '/etc',
  '"a/../../b"',
  '"..\\\\.."',
  `"'; DROP TABLE x; --"`,
  '"\\u202egro.live"',
  '"*?[x]{y}"',
  '!!js/function "function () { process.exit(9) }"',
  '!!js/undefined ""',
  '!!js/regexp /x/',
  '!!python/object/apply:os.system ["touch escaped"]',
  '!!binary "AAAA"',
  '!!set {a, b}',
  '!custom x',
  '&a [*a]',
  '*nowhere',
  '|\n  text\n  of lines',
  '<<',
  '__proto__',
  `"${'x'.repeat(100_000)}"`,
];

const keys = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'stat',
  'State',
  'mode ',
  '""',
  '? a',
];

type Mutation = (random: Random) => Buffer;

function text(random: Random, change: (lines: string[]) => string[]): Buffer {
  const kept = lines.filter(() => random.below(3) > 0);
  return Buffer.from(`${change(kept).join('\n')}\n`);
}

function at(random: Random, found: readonly string[], added: string): string[] {
  const index = random.below(found.length + 1);
  return [...found.slice(0, index), added, ...found.slice(index)];
}

/** An alias of a list of aliases, and so on: some bytes stand for millions of values. */
function bomb(random: Random): string {
  const levels = 6 + random.below(8);
  const list = (name: string) => `[${Array.from({ length: 9 }, () => `*${name}`).join(', ')}]`;
  return Array.from({ length: levels }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x, x, x, x]' : `a${level}: &a${level} ${list(`a${level - 1}`)}`,
  ).join('\n');
}

const mutations: Readonly<Record<string, Mutation>> = {
  'another value': (random) =>
    text(random, () => {
      const [key = ''] = random.pick(lines).split(':');
      return lines.map((line) => (line.startsWith(`${key}:`) ? `${key}: ${random.pick(values)}` : line));
    }),
  'another value alone': (random) =>
    Buffer.from(`${random.pick(lines).split(':')[0] ?? ''}: ${random.pick(values)}\n`),
  'another key': (random) =>
    text(random, (kept) => at(random, kept, `${random.pick(keys)}: ${random.pick(values)}`)),
  'a key twice': (random) => text(random, (kept) => at(random, kept, random.pick(lines))),
  'random bytes': (random) => random.bytes(1 + random.below(400)),
  'random bytes within': (random) => {
    const good = Buffer.from(lines.join('\n'));
    random.bytes(1 + random.below(6)).copy(good, random.below(good.length));
    return good;
  },
  'cut short': (random) => Buffer.from(lines.join('\n')).subarray(0, random.below(300)),
  'deep nesting': (random) => {
    const depth = random.pick([50, 2_000, 50_000]);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{a: ', '}'],
    ]);
    const isClosed = random.below(2) === 0;
    return Buffer.from(
      `state: ${(open ?? '').repeat(depth)}${isClosed ? (close ?? '').repeat(depth) : ''}\n`,
    );
  },
  'aliases of aliases': (random) =>
    Buffer.from(`${bomb(random)}\n${random.pick(['state: *a5', 'mode: {<<: *a5}', '*a4 : x', ''])}\n`),
  'another encoding': (random) => {
    const good = lines.join('\n');
    return random.pick([
      Buffer.from(good, 'utf16le'),
      Buffer.from(`\ufeff${good}`, 'utf16le'),
      Buffer.from(`\ufeff${good}`),
      Buffer.concat([Buffer.from(good), Buffer.from([0xc3, 0x28, 0xff])]),
    ]);
  },
  'other indents and line ends': (random) =>
    text(random, (kept) =>
      kept.map(
        (line) =>
          random.pick(['', ' ', '\t', '- ', '--- ', '%', '# ']) + line + random.pick(['', '\r', ' #']),
      ),
    ),
  'not a mapping': (random) =>
    Buffer.from(random.pick(['- a\n- b\n', '42\n', '"x"\n', '', '---\n---\n', '...\n', '# x'])),
  'many keys': (random) =>
    Buffer.from(Array.from({ length: 20_000 }, (_, key) => `k${key}: ${random.below(9)}`).join('\n')),
};

export const yamlMutationNames = Object.keys(mutations);

/** A configuration that went wrong in a named way. */
export function mutateYaml(name: string, random: Random): Buffer {
  const mutation = mutations[name];
  if (!mutation) throw new RangeError(`no mutation is called ${name}`);
  return mutation(random);
}
