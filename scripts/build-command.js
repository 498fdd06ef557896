#!/usr/bin/env node
/**
 * Makes the command of few files: most of its time at the start would else go to finding and opening the hundreds that `dist` and its packages are
 * (docs/decisions/0018). What is loaded later stays in files of its own.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Packages with files of their own beside their code: libraries for each system, or threads. */
const kept = ['@duckdb/node-bindings', 'fs-native-extensions', 'nodejs-polars', 'pino', 'pino-pretty'];

await build({
  entryPoints: { main: path('dist/cli/main.js') },
  outdir: path('dist/command'),
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19' },
  ...{ external: kept, charset: 'utf8', logLevel: 'warning' },
  // packages in CommonJS ask for those of Node.js by it
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
});
