import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pageDataSchema } from '../../../src/report/page-data.js';
import { renderPage } from '../../../src/report/render.js';
import { codeOf, factsWith, pageWith } from './sample-page.js';

/** What a browser takes for the policy, the scripts and the styles of a page. */
function partsOf(page: string) {
  const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
  const contents = (tag: string) =>
    [...page.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([\\s\\S]*?)</${tag}>`, 'g'))].map(
      ([whole, content = '']) => ({ isData: whole.startsWith(`<${tag} type="application/json"`), content }),
    );
  return { policy, scripts: contents('script'), styles: contents('style') };
}

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('renderPage', () => {
  it('allows what is in it, by its digest, and nothing else', async () => {
    const { policy, scripts, styles } = partsOf(await renderPage('a run', pageWith()));
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    const [data, script] = scripts;
    expect(scripts).toHaveLength(2);
    expect([data?.isData, script?.isData]).toEqual([true, false]);
    expect(policy).toContain(`script-src ${digest(script?.content ?? '')};`);
    expect(styles).toHaveLength(1);
    expect(policy).toContain(`style-src ${digest(styles[0]?.content ?? '')} `);
  });

  it('loads nothing from anywhere', async () => {
    const page = await renderPage('a run', pageWith());
    expect(page).not.toMatch(/<(?:link|img|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/<[a-z]+[^>]*\s(?:src|href|style|on[a-z]+)=/i);
  });

  it('holds the data as it was given', async () => {
    const given = pageWith();
    const [data] = partsOf(await renderPage('a run', given)).scripts;
    expect(pageDataSchema.parse(JSON.parse(data?.content ?? ''))).toEqual(given);
  });

  it('has a title that is text', async () => {
    const page = await renderPage('</title><script>alert("1")</script>\u202E', pageWith());
    expect(page).toContain(
      '<title>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;\\u202e</title>',
    );
  });

  it('stays below two million bytes, whatever codes are called', async () => {
    const rows = Array.from({ length: 2000 }, (_, number) =>
      codeOf(`${number}${'<'.repeat(90)}`, '\u202E'.repeat(100)),
    );
    const page = await renderPage(
      'a run',
      pageWith({}, { facts: factsWith({ codes: { total: 99_999, rows } }) }),
    );
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    const [data] = partsOf(page).scripts;
    const read = pageDataSchema.parse(JSON.parse(data?.content ?? ''));
    const kept = read.kind === 'run' ? (read.outputs.facts?.codes.rows ?? []) : [];
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.length).toBeLessThan(2000);
  });
});
