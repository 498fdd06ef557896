import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import { settingNames } from '../../../src/config/settings.js';
import { readYaml } from '../../../src/config/yaml.js';
import { EtlError } from '../../../src/errors.js';
import { thrownBy, withYaml } from './yaml-file.js';

function read(text: string) {
  return withYaml(text, (path) => {
    const { values, lines } = readYaml(path);
    return { values: Object.fromEntries(values), lines: Object.fromEntries(lines) };
  });
}

function failureOf(text: string | Uint8Array): string {
  return withYaml(text, (path) => {
    const thrown = thrownBy(() => readYaml(path));
    expect(thrown).toBeInstanceOf(EtlError);
    expect(thrown).toMatchObject({ kind: 'config', step: 'reading the configuration' });
    return thrown instanceof EtlError ? thrown.message.replace(path, 'test.yaml') : '';
  });
}

describe('readYaml', () => {
  it.each([
    ['plain keys', 'state: GA\nmode: upsert\n', { state: 1, mode: 2 }],
    [
      'comments and empty lines',
      '# one\n\nstate: GA # two\n\n  # three\nmode: upsert',
      { state: 3, mode: 6 },
    ],
    ['Windows line ends', 'state: GA\r\n\r\nmode: upsert\r\n', { state: 1, mode: 3 }],
    ['line ends of an old Mac', 'state: GA\r\rmode: upsert\r', { state: 1, mode: 3 }],
    ['a byte order mark', '\u{FEFF}state: GA\nmode: upsert\n', { state: 1, mode: 2 }],
    ['quoted keys', '"state": GA\n\'mode\': upsert\n"\\x6dine": 1\n', { state: 1, mode: 2, mine: 3 }],
    ['explicit keys', '? state\n: GA\n? mode\n: upsert\n', { state: 1, mode: 3 }],
    ['a flow mapping', '{state: GA,\n mode: upsert}\n', { state: 1, mode: 2 }],
    [
      'values over several lines',
      'state: |\n  GA\n  TX\nmode:\n  upsert\nlast: "a\n  b"\nend: 1',
      { state: 1, mode: 4, last: 6, end: 8 },
    ],
    [
      'nested values',
      'state:\n  mode: 1\n  deep:\n    - state: 2\n    - [mode, {last: 3}]\nlast: 4\n',
      { state: 1, last: 6 },
    ],
    [
      'anchors and aliases',
      'state: &a GA\nmode: *a\nlast: [*a, *a]\nend: 1\n',
      { state: 1, mode: 2, last: 3, end: 4 },
    ],
    ['keys without values', 'state:\nmode:\nlast: 1\n', { state: 1, mode: 2, last: 3 }],
    ['tags of the core', '!!str state: !!str GA\nmode: !!int 1\n', { state: 1, mode: 2 }],
    ['a start and directives', '%YAML 1.2\n---\n# one\nstate: GA\n...\n', { state: 4 }],
    ['keys of a prototype', '__proto__: 1\nconstructor: 2\n', { ['__proto__']: 1, constructor: 2 }],
  ])('knows the lines of %s', (_, text, lines) => {
    expect(Object.entries(read(text).lines)).toEqual(Object.entries(lines));
    expect(new Set(Object.keys(read(text).values))).toEqual(new Set(Object.keys(lines)));
  });

  it('gives values of the types that YAML 1.2 gives them', () => {
    const text =
      'a: 1\nb: 1.5\nc: "1"\nd: true\ne: no\nf: null\ng: ~\nh:\ni: 2025-08-01\nj: 0o17\nk: [1, x]\n';
    expect(read(text).values).toEqual({
      ...{ a: 1, b: 1.5, c: '1', d: true, e: 'no', f: null, g: null, h: null, i: '2025-08-01', j: 15 },
      k: [1, 'x'],
    });
  });

  it.each(['', '\n', '# only a comment\n', '---\n', '---\n# nothing\n...\n', 'null', '{}'])(
    'finds nothing in %j',
    (text) => expect(read(text)).toEqual({ values: {}, lines: {} }),
  );

  it.each([
    ['state: "GA', 'test.yaml:1: not valid YAML: unexpected end of the stream within a double quoted scalar'],
    ['a: 1\nb: "GA\nc: 3\n', 'test.yaml:3: not valid YAML: deficient indentation'],
    ['state: GA\n  mode: upsert\n', 'test.yaml:2: not valid YAML: '],
    ['a: 1\nb: [1, 2\n', 'test.yaml:3: not valid YAML: '],
    ['state: GA\n\tmode: x\n', 'test.yaml:2: not valid YAML: tab'],
    ['state: *nobody\n', 'test.yaml:1: not valid YAML: unidentified alias "nobody"'],
    ['a: 1\nstate: !mine x\n', 'test.yaml:2: not valid YAML: unknown scalar tag !<!mine>'],
    ['a: 1\nb: 2\na: 3\n', 'test.yaml:3: not valid YAML: duplicated mapping key'],
    ['? [a, b]\n: 1\n', 'test.yaml:1: not valid YAML: object-based map'],
    [`a: ${'['.repeat(5000)}\n`, 'test.yaml:1: not valid YAML: nesting exceeded'],
    ['a: 1\n---\nb: 2\n---\nc: 3\n', 'test.yaml:3: a second document starts here; expected one only'],
    ['a: 1\n...\n--- {b: 1}\n', 'test.yaml:3: a second document starts here'],
    ['# my list\n\n- a\n', 'test.yaml:3: expected settings as "key: value" lines; found a list'],
    ['just text\n', 'test.yaml:1: expected settings as "key: value" lines; found one string'],
    ['\n42\n', 'test.yaml:2: expected settings as "key: value" lines; found one number'],
    ['a: \u{0}', 'test.yaml:1: not valid YAML: null byte'],
  ])('says the line of what is wrong in %j', (text, message) => {
    expect(failureOf(text)).toContain(message);
  });

  it('says what a path is that is no file', () => {
    expect(() => readYaml('nowhere/at-all.yaml')).toThrow('nowhere/at-all.yaml: there is no such file');
    expect(() => readYaml(import.meta.dirname)).toThrow('this is a folder; expected a YAML file');
  });

  it('throws nothing but an EtlError, whatever the file holds', () => {
    const crumb = fc.constantFrom(
      ...[
        '\n',
        '\r',
        '\t',
        ' ',
        '  ',
        ': ',
        ':',
        '- ',
        '? ',
        ', ',
        '[',
        ']',
        '{',
        '}',
        '#',
        '&a ',
        '*a',
        '!',
        '!!',
      ],
      ...[
        '---\n',
        '...\n',
        '%YAML 1.2\n',
        '"',
        "'",
        '|',
        '>',
        '>-\n',
        '\\',
        '<<: ',
        '!!set ',
        '!!int ',
        '~',
        '.nan',
      ],
      ...[
        '-.inf',
        '1e999',
        '0x1F',
        '\u{FEFF}',
        '\u{0}',
        '\u{85}',
        '\u{2028}',
        'é',
        '😀',
        '\u{D800}',
        '__proto__',
      ],
      ...settingNames,
    );
    const text = fc.oneof(
      fc.array(crumb, { maxLength: 30 }).map((crumbs) => crumbs.join('')),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(fc.tuple(fc.constantFrom(...settingNames), fc.json({ maxDepth: 3 })))
        .map((pairs) => pairs.map(([key, json]) => `${key}: ${json}\n`).join('')),
    );
    const bytes = fc.oneof(
      text.map((written) => Buffer.from(written)),
      fc.uint8Array({ maxLength: 60 }),
    );
    const environment = { settings: new Map(), configFile: undefined, noColor: true };
    let accepted = 0;
    fc.assert(
      fc.property(bytes, (content) =>
        withYaml(content, (path) => {
          try {
            readYaml(path);
            accepted += 1;
            loadConfig({ file: path, environment });
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(EtlError);
            expect(thrown).toMatchObject({ kind: 'config' });
          }
        }),
      ),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it.each([
    ['a value that holds itself', 'state: &a [*a]\n', 'state: expected two letters; found a list'],
    [
      'laughter',
      `state: &a1 [${Array.from({ length: 20 }, (_, n) => `&a${n + 2} [*a${n + 1},*a${n + 1}]`)}]\n`,
      'state: expected two letters; found a list',
    ],
    ['a long text', `state: ${'x'.repeat(100_000)}\n`, `found "${'x'.repeat(100)}…"`],
  ])('quotes %s in a bounded message', (_, text, message) => {
    withYaml(text, (path) => {
      const environment = { settings: new Map(), configFile: undefined, noColor: true };
      expect(() => loadConfig({ file: path, environment })).toThrow(message);
    });
  });
});
