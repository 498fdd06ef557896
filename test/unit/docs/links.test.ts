import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, project, readPage, relativeLinksOf } from './markdown.js';

const docs = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'data/input/README.md', ...docs];

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const missing = relativeLinksOf(readPage(page)).filter(
      (target) => !existsSync(join(project, dirname(page), target)),
    );
    expect(missing).toEqual([]);
  });

  it.each(pages)('of %s into pages lead to headings', (page) => {
    const anchors = [...readPage(page).matchAll(/\]\(([^)#:]+\.md)#([^)]+)\)/g)];
    const missing = anchors.filter(
      ([, target = '', anchor = '']) => !anchorsOf(readPage(join(dirname(page), target))).includes(anchor),
    );
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('the index of decisions is complete', () => {
    const index = readPage('docs/decisions/README.md');
    const decisions = readdirSync(join(project, 'docs/decisions')).filter((name) => /^\d{4}-/.test(name));
    expect(decisions.length).toBeGreaterThan(0);
    expect(relativeLinksOf(index)).toEqual(decisions.sort());
  });
});
