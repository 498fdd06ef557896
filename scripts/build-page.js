#!/usr/bin/env node
/**
 * Makes what a report is put together from: `src/report/page` and the library of charts as one script, and two styles: the page's own, and the one that
 * the library puts into each chart, which the page has to allow word by word.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const folder = path('dist/report/page');

/** The name that `src/report/page/chart.ts` gives to the charts. */
const className = 'plot';

const notice = `/*! Observable Plot, Copyright Observable, Inc.; D3, Copyright Mike Bostock; interval-tree-1d and binary-search-bounds, Copyright Mikola Lysenko:
ISC and MIT licences, see the repositories observablehq/plot, d3/d3 and mikolalysenko/interval-tree-1d */`;

await build({
  entryPoints: [path('src/report/page/main.ts')],
  outfile: `${folder}/page.js`,
  ...{ bundle: true, minify: true, format: 'iife', target: 'es2022', charset: 'utf8', logLevel: 'warning' },
  banner: { js: notice },
});
await build({
  entryPoints: [path('src/report/page/page.css')],
  outfile: `${folder}/page.css`,
  ...{ minify: true, logLevel: 'warning' },
});

const source = readFileSync(path('node_modules/@observablehq/plot/src/plot.js'), 'utf8');
const [, style] = /svg\.append\("style"\)\.text\(\s*`([^`]*)`/.exec(source) ?? [];
if (style === undefined) throw new Error('the style of a chart is not where it was in @observablehq/plot');
writeFileSync(`${folder}/chart.css`, style.replaceAll(/\$\{className\}/g, className));
