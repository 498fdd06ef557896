import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { EtlError } from '../errors.js';
import { embed } from './embed.js';
import { fit } from './fit.js';
import { legible } from './legible.js';
import type { PageData } from './page-data.js';

/** What `npm run build` made of `src/report/page`: also of use where this file is run as it is. */
const built = new URL('../../dist/report/page/', import.meta.url);

/**
 * One page with all that it needs. Its policy lets nothing run, look like or load anything but the script and the style that are in it; the
 * data is text that neither the browser nor the script takes for anything else.
 */
export async function renderPage(title: string, data: PageData): Promise<string> {
  const [script, style, chartStyle] = await Promise.all([
    readBuilt('page.js'),
    readBuilt('page.css'),
    readBuilt('chart.css'),
  ]);
  const policy = [
    "default-src 'none'",
    `script-src ${sourceOf(script)}`,
    `style-src ${sourceOf(style)} ${sourceOf(chartStyle)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${asText(legible(title))}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page draws itself: allow its script to run. It loads nothing and sends nothing.</noscript>
<script type="application/json" id="page-data">${embed(fit(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

async function readBuilt(name: string): Promise<string> {
  try {
    return await readFile(new URL(name, built), 'utf8');
  } catch (cause) {
    throw new EtlError(
      'bug',
      `${new URL(name, built).pathname}: cannot be read; expected a part of the page`,
      {
        step: 'reporting',
        hint: '`npm run build` makes it',
        cause,
      },
    );
  }
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function asText(text: string): string {
  return text.replaceAll(/[&<>"]/g, (found) => entities[found] ?? '');
}
