#!/usr/bin/env node
/** Writes the pages that are generated from the code, and the picture of the star schema into the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describeConfiguration } from '../dist/cli/describe-configuration.js';
import { describeTables, drawStar } from '../dist/tables/describe-tables.js';

const file = (path) => new URL(`../${path}`, import.meta.url);

writeFileSync(file('docs/tables.md'), describeTables());
writeFileSync(file('docs/configuration.md'), describeConfiguration());
const readme = readFileSync(file('README.md'), 'utf8');
writeFileSync(
  file('README.md'),
  readme.replace(/```mermaid\nerDiagram[^`]*```/, () => `\`\`\`mermaid\n${drawStar()}\n\`\`\``),
);
