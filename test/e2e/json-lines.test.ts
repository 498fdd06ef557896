import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inWorkspace } from './workspace.js';

const line = z.looseObject({
  level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']),
  time: z.iso.datetime(),
  msg: z.string(),
});
const runLine = line.extend({ run_id: z.string(), payer: z.string() });

const parsed = <T>(schema: z.ZodType<T>, stderr: string) =>
  stderr
    .trim()
    .split('\n')
    .map((text) => schema.parse(JSON.parse(text)));

describe('--log-format json', () => {
  it('makes every line of a run on stderr a JSON object with its run id', async () => {
    await inWorkspace(async ({ etl1 }) => {
      const { stdout, stderr } = await etl1(['--payer', 'aetna', '--log-format', 'json']);
      const lines = parsed(runLine, stderr);
      expect(new Set(lines.map(({ run_id }) => run_id)).size).toBe(1);
      expect(stdout).toContain(`run ${lines[0]?.run_id}\n`);
      expect(lines[1]).toMatchObject({
        ...{ level: 'INFO', msg: 'Processing rates chunk 1/1 (rows 0-20,000)' },
        ...{ source: 'rates', chunk: 1, chunks: 1, first_row: 0, rows: 20_000 },
      });
      expect(lines.filter(({ level }) => level === 'WARNING').length).toBe(8);
      expect(lines.at(-1)).toMatchObject({ msg: 'run finished', processed_rates: 20_000 });
    });
  });

  it('tells of errors that way too, from the flag, the variable or the file, with the run id of a run', async () => {
    await inWorkspace(async (workspace) => {
      const errorOf = async (args: readonly string[], environment = {}) => {
        const { stderr, exitCode } = await workspace.etl1(args, { environment });
        const [error, ...others] = parsed(line, stderr);
        expect(others).toEqual([]);
        expect(error).toMatchObject({ level: 'ERROR', exit_code: exitCode, hint: expect.any(String) });
        return error;
      };
      const asked = ['--log-format', 'json'];
      expect(await errorOf(['--frob', ...asked])).toMatchObject({ exit_code: 64 });
      expect(await errorOf(['--payer', 'aetna', '--state', 'x', ...asked])).toMatchObject({ exit_code: 64 });
      const variable = { ETL1_LOG_FORMAT: 'json' };
      expect(await errorOf(['--payer', 'aetna'], { ...variable, ETL1_STATE: 'x' })).toMatchObject({
        exit_code: 78,
      });
      workspace.write('config/etl1.yaml', 'log_format: json\n');
      expect(await errorOf(['--payer', 'nobody'])).toMatchObject({ exit_code: 66 });
      workspace.write('data/dims/dim_code.parquet', 'not parquet');
      const { stderr, exitCode } = await workspace.etl1(['--payer', 'aetna', '--force', '--no-progress']);
      expect(parsed(line, stderr).at(-1)).toMatchObject({ level: 'ERROR', exit_code: exitCode });
    });
  });
});
