import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validationReportSchema } from '../../src/validate/report.js';
import { quoteText } from '../support/fixture-database.js';
import { pathOf } from '../support/load-pair.js';
import { soundOutputs, writeOutputs, writeQueries } from '../support/sound-outputs.js';
import { inWorkspace } from './workspace.js';

describe('etl1 validate', () => {
  it('finds the outputs of the sample sound, and those that were tampered with not', async () => {
    await inWorkspace(async ({ etl1, folder, list }) => {
      await etl1(['--payer', 'aetna', '--no-progress']);
      const before = list();
      const sound = await etl1(['validate']);
      expect(sound.exitCode).toBe(0);
      expect(sound.stdout).toMatch(
        /^Validated 7 tables with 12,792 rows in \S+ seconds; outputs in .*data\n/,
      );
      expect(sound.stdout).toMatch(
        /^ {2}warning +rate_zero +fact_rate +43 {2}rates of 0\n {4}fact_uid "[0-9a-f]{32}"\n/m,
      );
      expect(sound.stdout).toMatch(/The outputs are sound: 0 errors, 3 warnings, 1 info\n$/);
      expect(sound.stderr.split('\n').slice(0, 2)).toEqual(['Validating dim_code', 'Validating dim_payer']);
      expect(list()).toEqual(before);

      const path = pathOf(join(folder, 'data'), 'dim_code');
      const query = `SELECT * FROM (FROM ${quoteText(path)}) WHERE code <> '99213'`;
      await writeQueries(join(folder, 'other'), [['dim_code', query]]);
      await rename(pathOf(join(folder, 'other'), 'dim_code'), path);
      const tampered = await etl1(['validate', '--no-progress', '--memory-limit', '512', '--threads', '1']);
      expect(tampered).toMatchObject({ exitCode: 65, stderr: '' });
      expect(tampered.stdout).toMatch(
        /^ {2}error +code_not_found +fact_rate +\d+ {2}rows whose code is not in dim_code$/m,
      );
      expect(tampered.stdout).toMatch(/^ {4}code_type "CPT", code "99213", rows "\d+"$/m);
      expect(tampered.stdout).toMatch(/The outputs are unsound: 1 error, 3 warnings, 1 info\n$/);

      await rm(path);
      const partial = await etl1(['validate', '--no-progress', '--data-root', 'data']);
      expect(partial.exitCode).toBe(65);
      expect(partial.stdout).toMatch(/^ {2}error +table_missing +dim_code +1 {2}no such file$/m);
      expect(partial.stdout).toMatch(/^6 checks not made: dim_code cannot be used$/m);
    });
  });

  it('tells in JSON what it tells in words, and nothing to a quiet terminal where all is well', async () => {
    await inWorkspace(
      async ({ etl1, folder }) => {
        const root = join(folder, 'data');
        await writeOutputs(root, soundOutputs());
        expect(await etl1(['validate', '--quiet'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
        const { stderr } = await etl1(['validate'], { environment: { ETL1_LOG_FORMAT: 'json' } });
        const said = stderr
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as object);
        expect(said[0]).toMatchObject({ level: 'INFO', msg: 'Validating dim_code' });

        const odd = 'a\n\u001b[31mb\u009bc\u202e';
        await writeOutputs(root, { ...soundOutputs(), dim_code: [{ code_type: 'CPT', code: odd }] });
        const text = await etl1(['validate', '--quiet']);
        expect(text).toMatchObject({ exitCode: 65, stderr: '' });
        expect(text.stdout).toContain('code_type "CPT", code "a\\n\\u001b[31mb\\u009bc\\u202e"\n');
        expect(text.stdout).toMatch(
          /^ {2}error +code_not_found +fact_rate +1 {2}rows whose code is not in dim_code$/m,
        );
        expect(text.stdout).not.toContain('without_facts');

        const json = await etl1(['validate', '--output-format', 'json', '--no-progress']);
        expect(json).toMatchObject({ exitCode: 65, stderr: '' });
        for (const obeyed of ['\u001b', '\u009b', '\u202e']) expect(json.stdout).not.toContain(obeyed);
        const report = validationReportSchema.parse(JSON.parse(json.stdout));
        expect(report.status).toBe('unsound');
        expect(report.findings.map(({ severity, check }) => `${severity} ${check}`)).toEqual([
          'error code_not_found',
          'warning code_malformed',
          'info without_facts',
        ]);
        expect(report.findings[1]?.examples).toEqual([{ code_type: 'CPT', code: odd }]);

        const environment = { ETL1_VALIDATE_SEVERITIES: 'code_not_found=warning, code_malformed=off' };
        const lenient = await etl1(['validate', '--quiet'], { environment });
        expect(lenient.exitCode).toBe(0);
        expect(lenient.stdout).toMatch(/^ {2}warning +code_not_found/m);
        expect(lenient.stdout).not.toContain('code_malformed');
      },
      { sample: false },
    );
  });

  it('says what to do where there is nothing to validate, and which check is not known', async () => {
    await inWorkspace(
      async ({ etl1, write }) => {
        const nothing = await etl1(['validate']);
        expect(nothing).toMatchObject({ exitCode: 66, stdout: '' });
        expect(nothing.stderr).toMatch(
          /^etl1: validating: no outputs in .*data: .*\n {2}try: `etl1 --payer <name>`/,
        );
        const json = await etl1(['validate', '--output-format', 'json']);
        expect(JSON.parse(json.stdout)).toMatchObject({ status: 'failed', error: { exit_code: 66 } });
        write('config/etl1.yaml', 'state: GA\nvalidate_severities:\n  rate_zeros: off\n');
        const mistaken = await etl1(['validate']);
        expect(mistaken.exitCode).toBe(78);
        expect(mistaken.stderr).toContain(
          'config/etl1.yaml:2: validate_severities: expected checks, each with error, warning, info or off; found "rate_zeros": "off"; did you mean rate_zero?',
        );
      },
      { sample: false },
    );
  });
});
