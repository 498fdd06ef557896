import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { project } from '../unit/docs/markdown.js';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'etl1-package-'));
const installed = join(scratch, 'node_modules/etl1');
const { PATH = '' } = process.env;
const options = { cwd: scratch, env: { PATH, HOME: scratch }, timeout: 90_000 };

/** Packs the project as it would be published, without building it again, and unpacks that as a dependency. */
async function installPacked(): Promise<void> {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { ...options, cwd: project });
  const [tarball = ''] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', tarball], options);
  mkdirSync(dirname(installed));
  renameSync(join(scratch, 'package'), installed);
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')));
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    mkdirSync(dirname(join(scratch, 'node_modules', name)), { recursive: true });
    symlinkSync(join(project, 'node_modules', name), join(scratch, 'node_modules', name));
  }
}

beforeAll(async () => {
  await installPacked();
  cpSync(join(project, 'data/input'), join(scratch, 'data/input'), { recursive: true });
  writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Compiles a program as a project of its own would; gives the errors, one each. */
async function compile(name: string, code: string, settings: object = {}): Promise<string[]> {
  writeFileSync(join(scratch, `${name}.ts`), code);
  const compilerOptions = {
    ...{
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
    },
    ...{ strict: true, exactOptionalPropertyTypes: true, types: ['node'], skipLibCheck: true, pretty: false },
    ...settings,
  };
  const config = join(scratch, `tsconfig.${name}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', config], options).catch((failed) => failed);
  return String(stdout)
    .split('\n')
    .filter((line) => /error TS\d+/.test(line));
}

/** The example that the manual of the command ends with. */
const manual = `import { ScalableETL1, loadConfig } from 'etl1';

const config = await loadConfig({ chunk_size: 100_000, memory_limit_mb: 16_384 });
await using etl = new ScalableETL1(config);
const summary = await etl.runPipeline('aetna');
console.log(\`Processed \${summary.processed_rates.toLocaleString()} rates\`);
`;

const typed = `import { type Config, EtlError, type Plan, type RunEvent, ScalableETL1, type Settings, type Summary, type TableSummary, loadConfig } from 'etl1';
import type { DataFrame } from 'nodejs-polars';

export async function load(frame: DataFrame): Promise<Summary> {
  const config: Config = await loadConfig({ state: 'GA', period: 202508 }, { file: null, env: process.env });
  const settings: Settings = config.settings;
  const rows: number | 'auto' = settings.chunk_size;
  await using etl = new ScalableETL1(config);
  const plan: Plan = await etl.planPipeline('aetna');
  const chunk: DataFrame = await etl.processRatesChunk(frame);
  const counts: TableSummary = await etl.memoryEfficientUpsert(chunk, 'x.parquet', ['code'], 'x');
  try {
    const onProgress = (event: RunEvent) => { if (event.type === 'chunk-started') rows.toString().padStart(event.rows); };
    return await etl.runPipeline(plan.payer, { signal: AbortSignal.timeout(counts.total), onProgress });
  } catch (error) {
    if (error instanceof EtlError && error.kind === 'busy') process.exitCode = error.exitCode;
    throw error;
  }
}

// @ts-expect-error an unknown key
await loadConfig({ chunksize: 1 });
// @ts-expect-error another type
await loadConfig({ chunk_size: '1' });
// @ts-expect-error a payer is needed
await new ScalableETL1(await loadConfig()).runPipeline();
`;

describe('the package', () => {
  it('holds what is needed to run and to compile against it, and no test', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/etl1.js',
        'config/etl1.yaml',
        'dist/index.js',
        'dist/index.d.ts',
        'dist/api/scalable-etl1.d.ts',
        'docs/library.md',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
    expect(
      files.filter((file) => /(?:^|[/.])(?:test|tests|spec|bench)(?:[/.]|$)|(?<!\.d)\.ts$/.test(file)),
    ).toEqual([]);
  });

  it('runs its command', async () => {
    const { stdout } = await run(process.execPath, [join(installed, 'bin/etl1.js'), '--version'], options);
    expect(stdout).toMatch(/^(?:etl1 )?\d+\.\d+\.\d+/);
  });

  it('loads a payer for a program in JavaScript, which lets nothing else in', async () => {
    const code = `import { EtlError, ScalableETL1, loadConfig } from 'etl1';
      const etl = new ScalableETL1(await loadConfig({ data_root: 'from-js', input_dir: \`\${process.cwd()}/data/input\` }));
      const { tables } = await etl.runPipeline('aetna');
      const error = await etl.runPipeline('uhc').catch((thrown) => thrown);
      const inner = await import('etl1/dist/pipeline/run.js').catch(({ code }) => code);
      await etl.close();
      console.log(JSON.stringify([tables.fact_rate.total, error instanceof EtlError, error.kind, inner]));`;
    writeFileSync(join(scratch, 'load.js'), code);
    const { stdout, stderr } = await run(process.execPath, ['load.js'], options);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([10_028, true, 'input', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
  });

  it('runs the example of the manual, compiled as it is', async () => {
    expect(await compile('manual', manual)).toEqual([]);
    const { stdout, stderr } = await run(process.execPath, ['manual.js'], options);
    expect([stdout, stderr]).toEqual(['Processed 20,000 rates\n', '']);
  });

  it('is typed, and its own declarations hold where those of libraries are checked', async () => {
    expect(await compile('typed', typed, { noEmit: true })).toEqual([]);
    const errors = await compile('checked', typed, { noEmit: true, skipLibCheck: false });
    // else nothing was checked
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter((error) => !/^\S*node_modules\/nodejs-polars\//.test(error))).toEqual([]);
  });
});
