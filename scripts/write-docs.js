#!/usr/bin/env node
/** Writes the pages and the schema that are generated from the code, and the picture of the star schema into the README. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeConfiguration } from '../dist/cli/describe-configuration.js';
import { describeManual } from '../dist/cli/describe-manual.js';
import { makeProgram } from '../dist/cli/main.js';
import { makeJsonSchema } from '../dist/config/json-schema.js';
import { describeTables, drawStar } from '../dist/tables/describe-tables.js';

const file = (path) => new URL(`../${path}`, import.meta.url);

writeFileSync(file('docs/tables.md'), describeTables());
writeFileSync(file('docs/configuration.md'), describeConfiguration());
writeFileSync(file('config/etl1.schema.json'), makeJsonSchema());
const session = { verbose: false, exitCode: 0, log: null, signal: new AbortController().signal };
mkdirSync(file('man'), { recursive: true });
writeFileSync(file('man/etl1.1'), describeManual(makeProgram(session, new AbortController())));
const readme = readFileSync(file('README.md'), 'utf8');
writeFileSync(
  file('README.md'),
  readme.replace(/```mermaid\nerDiagram[^`]*```/, () => `\`\`\`mermaid\n${drawStar()}\n\`\`\``),
);
