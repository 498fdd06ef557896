import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Source text by path from the top folder, such as `src/load/sql.ts`. */
type Files = ReadonlyMap<string, string>;

interface Import {
  /** A path from the top folder, or the name of a package. */
  readonly target: string;
  readonly isDynamic: boolean;
  /** Whether it is gone when the file is compiled; `import { type A }` is not. */
  readonly isErased: boolean;
}

/** What each room may import from other rooms (docs/architecture.md). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  numbers: [],
  polars: [],
  tables: ['errors'],
  sources: ['errors'],
  config: ['tables', 'errors'],
  parquet: ['sources', 'errors'],
  extract: ['parquet', 'sources', 'polars', 'errors'],
  transform: ['sources', 'polars', 'errors'],
  load: ['parquet', 'tables', 'sources', 'polars', 'errors'],
  pipeline: ['config', 'parquet', 'extract', 'transform', 'load', 'tables', 'sources', 'polars', 'errors'],
  warehouse: ['parquet', 'tables', 'sources', 'errors'],
  spark: ['config', 'pipeline', 'warehouse', 'load', 'parquet', 'tables', 'sources', 'errors'],
  sample: ['polars', 'errors'],
  benchmark: ['config', 'pipeline', 'errors'],
  compare: ['config', 'pipeline', 'load', 'tables', 'errors'],
  layout: ['config', 'pipeline', 'load', 'parquet', 'tables', 'errors'],
  validate: ['config', 'pipeline', 'load', 'tables', 'errors'],
  report: [
    ...['benchmark', 'config', 'pipeline', 'load', 'validate', 'tables', 'sources', 'numbers', 'errors'],
  ],
  cli: [
    ...['config', 'pipeline', 'spark', 'benchmark', 'compare', 'layout', 'validate', 'report'],
    ...['tables', 'sample', 'numbers', 'errors'],
  ],
  api: ['config', 'pipeline', 'spark', 'errors'],
  index: ['api', 'compare', 'config', 'pipeline', 'validate', 'errors'],
};

const nativeLibraries = ['src/polars.ts', '@duckdb/node-api'];

/** Where a package or a global may be used at all; what is not named here is free to all. */
const owners: readonly (readonly [what: string, isUsed: RegExp, mayUse: (file: string) => boolean])[] = [
  ['@duckdb/node-api', /'@duckdb\/node-api'/, (file) => file === 'src/load/db.ts'],
  ['nodejs-polars', /^(?!import type ).*'nodejs-polars'/m, (file) => file === 'src/polars.ts'],
  [
    'types of nodejs-polars',
    /^import type .*'nodejs-polars'/m,
    (file) => /^src\/(?:(?:api|extract|transform|load|pipeline|sample)\/|polars\.ts)/.test(file),
  ],
  ['commander', /'commander'/, (file) => file.startsWith('src/cli/')],
  [
    'what a terminal or a log gets',
    /'(?:cli-progress|pino|pino-pretty)'|\bprocess\s*\.\s*std(?:out|err)\b/,
    (file) => file.startsWith('src/cli/'),
  ],
  ['js-yaml', /'js-yaml'/, (file) => file.startsWith('src/config/')],
  ['process.env', /\bprocess\s*\.\s*env\b|\bprocess\s*\[/, (file) => file.startsWith('src/config/')],
  ['process.exit', /\bprocess\s*\.\s*exit\b/, (file) => file.startsWith('src/cli/')],
  ['console', /\bconsole\s*\.\s*\w/, () => false],
  [
    'a module of Node.js',
    /'node:[^']+'/,
    (file) => !/^src\/(?:transform|tables|sources|warehouse)\/|^src\/errors\.ts$/.test(file),
  ],
];

/** A comment, or a text: of the two whichever begins first ends first. */
const commentOrText = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

function withoutComments(text: string): string {
  return text.replace(commentOrText, (found) => (found.startsWith('/') ? ' ' : found));
}

function importsOf(file: string, text: string): Import[] {
  const code = withoutComments(text);
  const resolve = (target: string) =>
    target.startsWith('.') ? posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts') : target;
  const found = [...code.matchAll(/^\s*(?:import|export)\b(\s+type\b)?(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm)];
  const later = [...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)];
  return [
    ...found.map(([, type, target = '']) => ({
      target: resolve(target),
      isDynamic: false,
      isErased: type !== undefined,
    })),
    ...later.map(([, target = '']) => ({ target: resolve(target), isDynamic: true, isErased: false })),
  ];
}

/** The room of a file: the folder below src, or the file that is a room of its own. */
function roomOf(path: string): string {
  const [, room = ''] = path.split('/');
  return room.replace(/\.ts$/, '');
}

/** Imports that the architecture forbids, each as `from → to`. */
function forbiddenArrows(files: Files): string[] {
  return [...files].flatMap(([file, text]) => {
    const room = roomOf(file);
    return importsOf(file, text)
      .map(({ target }) => target)
      .filter((target) => target.startsWith('src/') && roomOf(target) !== room)
      .filter((target) => !isAllowed(file, target))
      .map((target) => `${file} → ${target}`);
  });
}

function isAllowed(file: string, target: string): boolean {
  if (roomOf(target) === 'sample' && !file.includes('/sample')) return false;
  return mayImport[roomOf(file)]?.includes(roomOf(target)) ?? false;
}

/** Uses of what only some may use, each as `file: what`. */
function forbiddenUses(files: Files): string[] {
  return [...files].flatMap(([file, text]) => {
    const code = withoutComments(text);
    return owners
      .filter(([, isUsed, mayUse]) => isUsed.test(code) && !mayUse(file))
      .map(([what]) => `${file}: ${what}`);
  });
}

/** Everything that is loaded before the first line of a file runs: files of src, and packages. */
function loadedWith(files: Files, start: string): Set<string> {
  const loaded = new Set<string>();
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    const imports = importsOf(file, files.get(file) ?? '');
    waiting.push(
      ...imports.filter(({ isDynamic, isErased }) => !isDynamic && !isErased).map(({ target }) => target),
    );
  }
  return loaded;
}

function readSource(): Files {
  const root = join(import.meta.dirname, '../..');
  const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`);
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const source = readSource();

describe('the rooms of src', () => {
  it('are all known', () => {
    expect(source.size).toBeGreaterThan(50);
    expect(
      [...new Set([...source.keys()].map(roomOf))].filter((room) => !Object.hasOwn(mayImport, room)),
    ).toEqual([]);
  });

  it('import what they may', () => {
    expect(forbiddenArrows(source)).toEqual([]);
  });

  it('use what is theirs', () => {
    expect(forbiddenUses(source)).toEqual([]);
  });

  it('import files that are there', () => {
    const missing = [...source].flatMap(([file, text]) =>
      importsOf(file, text).filter(({ target }) => target.startsWith('src/') && !source.has(target)),
    );
    expect(missing).toEqual([]);
  });

  it('import nothing in a circle', () => {
    const circular = [...source.keys()].filter((file) =>
      importsOf(file, source.get(file) ?? '')
        .filter(({ isErased, isDynamic }) => !isErased && !isDynamic)
        .some(({ target }) => loadedWith(source, target).has(file)),
    );
    expect(circular).toEqual([]);
  });

  it('have no rooms or files for whatever comes', () => {
    const vague = /(?:^|\/)(?:utils?|types|common|helpers?|misc|shared)(?:\.ts)?(?:\/|$)/;
    expect([...source.keys()].filter((path) => vague.test(path))).toEqual([]);
  });
});

describe('the start of the program', () => {
  it('is what the command runs', () => {
    const command = readFileSync(join(import.meta.dirname, '../../bin/etl1.js'), 'utf8');
    expect(importsOf('bin/etl1.js', command).map(({ target }) => target)).toEqual(['dist/command/main.ts']);
  });

  it('is built with all packages in it but those with files of their own beside their code', () => {
    const folder = join(import.meta.dirname, '../../dist/command');
    const built = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const names = built.flatMap((text) =>
      [...text.matchAll(/\b(?:from |import\(|(?:__)?require\()"([\w@][\w@/:.-]*)"/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect([...new Set(names)].filter((name) => !isBuiltin(name)).sort()).toEqual([
      ...['@duckdb/node-bindings', 'fs-native-extensions', 'pino', 'pino-pretty'],
    ]);
  });

  it('loads no package but the parser of flags, so that help answers at once', () => {
    const packages = [...loadedWith(source, 'src/cli/main.ts')].filter(
      (name) => !/^(?:src\/|node:)/.test(name),
    );
    expect(packages).toEqual(['commander']);
  });

  it('finds out that there is nothing to do without libraries that read parquet', () => {
    const loaded = loadedWith(source, 'src/cli/run-payer.ts');
    const libraries = ['hyparquet', 'hyparquet/src/metadata.js', 'hyparquet-writer', ...nativeLibraries];
    expect(loaded).toContain('src/pipeline/find-unchanged.ts');
    expect(libraries.filter((library) => loaded.has(library))).toEqual([]);
  });

  // help and mistakes in flags or settings are met in src/cli and src/config: none of it may need a library to load
  it('loads no native library, nor does a command before it knows that it must', () => {
    const early = [...source.keys()].filter((file) => /^src\/(?:(?:api|cli|config)\/|index\.ts)/.test(file));
    expect(early).toContain('src/cli/main.ts');
    expect(early).toContain('src/index.ts');
    const loading = early.flatMap((file) => {
      const loaded = loadedWith(source, file);
      return nativeLibraries.filter((library) => loaded.has(library)).map((library) => `${file}: ${library}`);
    });
    expect(loading).toEqual([]);
  });

  it('works on a first chunk before it loads the database', () => {
    const loaded = loadedWith(source, 'src/pipeline/run.ts');
    expect(loaded).toContain('src/pipeline/stage-source.ts');
    expect(loaded).not.toContain('src/load/db.ts');
    expect(loaded).not.toContain('@duckdb/node-api');
  });

  it('reaches the native libraries in the end', () => {
    const run = 'src/pipeline/run.ts';
    const later = [...loadedWith(source, run)]
      .flatMap((file) => importsOf(file, source.get(file) ?? ''))
      .filter(({ isDynamic }) => isDynamic);
    const starts = [run, ...later.map(({ target }) => target)];
    const loaded = new Set(starts.flatMap((start) => [...loadedWith(source, start)]));
    for (const library of nativeLibraries) expect(loaded).toContain(library);
  });
});

describe('what the tests above go by', () => {
  const forbidden: readonly (readonly [file: string, text: string])[] = [
    ['src/extract/read.ts', `import { a } from '../load/a.js';`],
    ['src/extract/read.ts', `import type { Table } from '../tables/tables.js';`],
    ['src/transform/rates.ts', `import {\n  type A,\n  b,\n} from '../load/sql.js';`],
    ['src/transform/rates.ts', `export * from '../extract/read.js';`],
    ['src/load/merge.ts', `import '../transform/rates.js';`],
    ['src/load/merge.ts', `const a = await import('../pipeline/run.js');`],
    ['src/errors.ts', `import { tables } from './tables/tables.js';`],
    ['src/config/load.ts', `import { run } from '../pipeline/run.js';`],
    ['src/cli/run-command.ts', `import { sql } from '../load/sql.js';`],
    ['src/cli/run-command.ts', `import { write } from '../sample/write-sample.js';`],
    ['src/pipeline/run.ts', `import { main } from '../cli/main.js';`],
    ['src/new-room/a.ts', `import { EtlError } from '../errors.js';`],
  ];

  it.each(forbidden)('finds in %s the import %j', (file, text) => {
    expect(forbiddenArrows(new Map([[file, text]]))).toHaveLength(1);
  });

  it.each([
    ['src/pipeline/run.ts', `import { a } from '../load/a.js';\nimport { b } from './plan.js';`],
    ['src/cli/sample-command.ts', `await import('../sample/write-sample.js');`],
    ['src/extract/read.ts', `// import { a } from '../load/a.js';\n/* import { a } from '../load/a.js'; */`],
    ['src/extract/read.ts', `import { a } from 'elsewhere';`],
  ])('finds nothing in %s to forbid: %j', (file, text) => {
    expect(forbiddenArrows(new Map([[file, text]]))).toEqual([]);
  });

  it.each([
    ['src/load/merge.ts', `import { DuckDBInstance } from '@duckdb/node-api';`],
    ['src/cli/main.ts', `import pl from 'nodejs-polars';`],
    ['src/load/db.ts', `const limit = process.env['LIMIT'];`],
    ['src/load/db.ts', `const limit = process['env'];`],
    ['src/pipeline/run.ts', 'process.exit(1);'],
    ['src/cli/main.ts', `console.log('done');`],
    ['src/pipeline/run.ts', `process.stderr.write('done');`],
    ['src/pipeline/run.ts', `import pino from 'pino';`],
    ['src/transform/rates.ts', `import { readFileSync } from 'node:fs';`],
    ['src/errors.ts', `import { inspect } from 'node:util';`],
  ])('finds in %s what is not its own: %j', (file, text) => {
    expect(forbiddenUses(new Map([[file, text]]))).toHaveLength(1);
  });

  it.each([
    ['src/load/db.ts', `import { DuckDBInstance } from '@duckdb/node-api';`],
    [
      'src/load/db.ts',
      `// console.log, process.env and process.exit are for others\nconst url = 'http://a';`,
    ],
    ['src/config/environment.ts', 'process.env'],
    ['src/cli/main.ts', 'process.exitCode = 1; process.exit(2);'],
  ])('finds nothing in %s that is not its own: %j', (file, text) => {
    expect(forbiddenUses(new Map([[file, text]]))).toEqual([]);
  });

  it('follows what is loaded at once, and nothing else', () => {
    const files = new Map([
      [
        'src/cli/main.ts',
        `import { a } from './a.js';\nimport type { b } from './b.js';\nawait import('./c.js');`,
      ],
      ['src/cli/a.ts', `import { type D } from './d.js';\nexport { e } from 'package-e';`],
      ['src/cli/b.ts', `import 'package-b';`],
      ['src/cli/c.ts', `import 'package-c';`],
      ['src/cli/d.ts', `import { a } from './a.js';`],
    ]);
    expect([...loadedWith(files, 'src/cli/main.ts')].toSorted()).toEqual([
      'package-e',
      'src/cli/a.ts',
      'src/cli/d.ts',
      'src/cli/main.ts',
    ]);
  });
});
