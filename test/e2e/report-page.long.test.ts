import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../src/numbers.js';
import { type Manifest, manifestSchema } from '../../src/pipeline/manifest.js';
import type { RunPage } from '../../src/report/page-data.js';
import { renderPage } from '../../src/report/render.js';
import { browserFile, launch, openIn, type View } from '../support/browser.js';
import { runCommand } from '../support/command.js';
import { codeOf, factsWith, labelledAs, pageWith } from '../unit/report/sample-page.js';
import { inWorkspace } from './workspace.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const views: readonly View[] = [1280, 390].flatMap((width) =>
  [false, true].map((isDark) => ({ width, isDark })),
);

/** What axe has against a page; its script is let in by the driver, past the policy of the page. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`,
  );
  return Array.isArray(found) ? found.map(String) : [`no answer: ${found}`];
}

/** By how many pixels a page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Numbers of a tile, such as `Rates read`. */
const tile = (page: Page, name: string) =>
  page.locator('.tiles > div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) });

describe.skipIf(browserFile === null)('the page about a run, in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'etl1-page-'));
  let browser: Browser;
  let manifest: Manifest;
  const sample = join(folder, 'sample.html');

  const open = (file: string, view: View = {}) => openIn(browser, file, view);
  const render = async (name: string, data: RunPage): Promise<string> => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, await renderPage(name, data));
    return file;
  };

  beforeAll(async () => {
    browser = await launch();
    manifest = await inWorkspace(async ({ etl1, folder: workspace }) => {
      await etl1(['--payer', 'aetna', '--no-progress', '--chunk-size', '3000']);
      await etl1(['--payer', 'aetna', '--no-progress', '--force']);
      const { exitCode } = await etl1(['report', 'latest', '--output', sample]);
      expect(exitCode).toBe(0);
      const names = readdirSync(join(workspace, 'data/runs')).sort();
      const records = names.map((name) =>
        manifestSchema.parse(JSON.parse(readFileSync(join(workspace, 'data/runs', name), 'utf8'))),
      );
      const [last] = records.sort((one, other) => other.finished_at.localeCompare(one.finished_at));
      if (!last) throw new Error('no run published');
      return last;
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(views)('is drawn without a fault, and open to all: %o', async (view) => {
    const { page, heard } = await open(sample, view);
    expect(await page.locator('main svg').count()).toBeGreaterThan(20);
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
    expect(await overflow(page)).toBe(0);
    expect(heard.console).toEqual([]);
    expect(heard.requests).toHaveLength(1);
    expect(await findViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('shows the numbers of the record', async () => {
    const { page } = await open(sample);
    const { summary, run_id: id } = manifest;
    expect(await page.locator('.facts').textContent()).toContain(id);
    expect(await tile(page, 'Rates read').textContent()).toContain(count(summary.balance.read));
    expect(await tile(page, 'Facts inserted').textContent()).toContain(count(summary.balance.inserted));
    expect(await tile(page, 'Rejected').textContent()).toContain(count(summary.balance.rejected));
    expect(await tile(page, 'Peak memory').textContent()).toContain(`${count(summary.peak_rss_mb)} MB`);
    const rows = await page
      .locator('table', { hasText: 'dim_provider_group' })
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].slice(0, 5).map((cell) => cell.textContent)));
    expect(rows).toEqual(
      Object.entries(summary.tables).map(([name, { inserted, filled, kept, total }]) => [
        name,
        ...[inserted, filled, kept, total].map(count),
      ]),
    );
    for (const [reason, number] of Object.entries({ ...summary.rejects.rates, ...summary.warnings })) {
      const shown = page.locator('.reason', {
        has: page.locator('.name', { hasText: new RegExp(`\\b${reason}$`) }),
      });
      expect(await shown.locator('.count').textContent()).toBe(count(number));
    }
    const drawn = await page
      .locator('#result figure svg')
      .first()
      .evaluate((svg) => svg.textContent ?? '');
    for (const number of Object.values(summary.balance)) expect(drawn).toContain(count(number));
    expect(await tile(page, 'Rates').textContent()).toContain(
      count(summary.tables['fact_rate']?.total ?? -1),
    );
    expect(await page.locator('table', { hasText: 'Facts in all' }).textContent()).toContain('the same');
    await page.context().close();
  });

  it('is searched by the keyboard', async () => {
    const { page } = await open(sample);
    await page.getByLabel('Search codes').focus();
    await page.keyboard.type('cpt 99213');
    expect(await page.locator('.told').textContent()).toBe('1 of 1 code shown.');
    expect(
      await page
        .locator('figure', { has: page.locator('.told') })
        .locator('tbody .code')
        .allTextContents(),
    ).toEqual(['CPT 99213']);
    await page.keyboard.type(' nowhere');
    expect(await page.locator('.told').textContent()).toMatch(/^No code of the \d+ here matches\.$/);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    expect(await page.locator('.told').textContent()).toBe('25 of 80 codes shown.');
    await page.getByRole('button', { name: 'Show more' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.told').textContent()).toBe('50 of 80 codes shown.');
    await page.getByLabel('In order of').selectOption('median');
    expect(await page.locator('.told').textContent()).toBe('25 of 80 codes shown.');
    await page.context().close();
  });

  it('is walked through by the keyboard, and unfolds', async () => {
    const { page } = await open(sample);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    for (const name of ['What came of it', 'The data', 'The run']) {
      const link = page.getByRole('link', { name });
      await link.focus();
      await page.keyboard.press('Enter');
      const target = page.locator((await link.getAttribute('href')) ?? '');
      expect(await target.evaluate((part) => part.querySelector('h2')?.textContent)).toBe(name);
    }
    const details = page.locator('details.reason').first();
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.locator('.example').first().isVisible()).toBe(true);
    await page.context().close();
  });

  it('is printed unfolded, in light colours, and folded again', async () => {
    const { page, heard } = await open(sample, { isDark: true });
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.length).toBeGreaterThan(20_000);
    const folded = () => page.locator('details:not([open])').count();
    const before = await folded();
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    await page.emulateMedia({ media: 'print' });
    expect(await folded()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect([before, await folded()]).toEqual([before, before]);
    expect(heard.console).toEqual([]);
    await page.context().close();
  });

  it('takes whatever the data says for text', async () => {
    const hostile = `</script><script>window.broken = 1</script><img src=x onerror="window.broken = 2"> "'\`\${1}\0\u202E\u2028 👩‍⚕️`;
    const example = { title: hostile, values: [{ name: hostile, value: hostile }] };
    const file = await render(
      'hostile',
      pageWith(
        {
          payer: hostile,
          host: hostile,
          inputs: [{ source: 'rates', path: hostile, rows: 1, bytes: 1, footer: hostile }],
          settings: [{ name: hostile, value: hostile, origin: hostile }],
          warnings: { total: 1, rows: [{ reason: hostile, about: hostile, rows: 1, examples: [example] }] },
        },
        {
          scope: hostile,
          changed: hostile,
          facts: factsWith({
            codes: { total: 1, rows: [codeOf(hostile, hostile)] },
            classes: { total: 1, rows: [labelledAs(hostile)] },
            months: { total: 2, rows: [labelledAs(hostile), labelledAs('2025-07')] },
          }),
        },
      ),
    );
    for (const view of views) {
      const { page, heard } = await open(file, view);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('img, script').count()).toBe(2);
      const shown = hostile
        .replace('\0', '\\u0000')
        .replace('\u202E', '\\u202e')
        .replace('\u2028', '\\u2028');
      expect(
        await page
          .locator('.code')
          .first()
          .evaluate((one) => one.textContent),
      ).toBe(`CPT ${shown}`);
      expect(heard.console).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(await findViolations(page)).toEqual([]);
      await page.context().close();
    }
  });

  const none = { total: 0, rows: [] };
  const flat = {
    rates: 3,
    zeros: 3,
    percentages: 0,
    outliers: 0,
    min: 0,
    q1: 0,
    median: 0,
    q3: 0,
    max: 0,
    least: null,
  };
  const odd: readonly (readonly [name: string, page: RunPage])[] = [
    [
      'no rates at all',
      pageWith(
        {
          balance: { read: 0, rejected: 0, duplicates: 0, known: 0, inserted: 0 },
          ...{
            inputs: [],
            settings: [],
            tables: [],
            groups: null,
            chunks: null,
            rejects: none,
            warnings: none,
          },
          ...{
            seconds: 0,
            memory: { peakMb: 0, limitMb: null },
            steps: { rates: 0, providers: 0, merge: 0, publish: 0 },
          },
        },
        {
          facts: {
            ...{ rates: 0, unusable: 0, overall: null, histogram: [], codes: none, classes: none },
            ...{ types: none, posSets: none, months: none, groupSizes: [] },
          },
        },
      ),
    ],
    [
      'zeros alone',
      pageWith(
        {},
        {
          facts: factsWith({
            histogram: [],
            overall: { ...flat, unit: 'dollars' },
            codes: { total: 1, rows: [codeOf('1', '', flat)] },
            classes: { total: 1, rows: [labelledAs('', flat)] },
            months: { total: 2, rows: [labelledAs('2025-08', flat), labelledAs('2025-07', flat)] },
          }),
        },
      ),
    ],
    ['outputs that are gone', pageWith({}, { facts: null, problem: '/data/x.parquet: is not there' })],
    [
      'prices from one end to the other, and below zero',
      pageWith(
        {},
        {
          facts: factsWith({
            histogram: [{ from: 0.01, to: 1e15, rates: 2 }],
            codes: {
              total: 3,
              rows: [
                codeOf('1', 'wide', { min: -5e14, q1: -1, median: 1e-9, q3: 9e14, max: 9.9e14, least: 1e-9 }),
                codeOf('2', 'below', { min: -5, q1: -4, median: -3, q3: -2, max: -1, least: null }),
                codeOf('3', 'one', { min: 7, q1: 7, median: 7, q3: 7, max: 7, least: 7 }),
              ],
            },
          }),
        },
      ),
    ],
  ];

  it.each(odd)('stands %s', async (name, data) => {
    const { page, heard } = await open(await render(name, data), { width: 390 });
    expect(heard.console).toEqual([]);
    expect(await page.locator('main').innerHTML()).not.toMatch(/NaN|undefined|Infinity/);
    expect(await overflow(page)).toBe(0);
    expect(await findViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('draws a benchmark in the same way', async () => {
    await inWorkspace(
      async ({ folder: workspace }) => {
        const { exitCode, stderr } = await runCommand(
          ['benchmark', '--rows', '800', '--chunk-sizes', '100,400', '--report', 'bench.html'],
          { cwd: workspace, timeoutSeconds: 110 },
        );
        expect(exitCode).toBe(0);
        const file = join(workspace, 'bench.html');
        expect(stderr).toContain(`Report: ${file}\n`);
        expect(statSync(file).size).toBeLessThan(2_000_000);
        for (const view of views) {
          const { page, heard } = await open(file, view);
          expect(await page.locator('main svg').count()).toBe(4);
          expect(await page.locator('table').last().locator('tbody tr').count()).toBe(4);
          expect(heard.console).toEqual([]);
          expect(await overflow(page)).toBe(0);
          expect(await findViolations(page)).toEqual([]);
          await page.context().close();
        }
      },
      { sample: false },
    );
  });
});
