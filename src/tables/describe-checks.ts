import { checks } from './checks.js';

/** The reference of all checks in Markdown, as a part of `docs/tables.md`. */
export function describeChecks(): string {
  const rows = checks.map(
    ({ name, tables, severity, finds }) => `| \`${name}\` | ${tables.join(', ')} | ${severity} | ${finds} |`,
  );
  return [
    '## Checks',
    '',
    'What `node bin/etl1.js validate` looks for. The severity is that of `validate_severities`, by default the one here. Lists of CMS are',
    'those of its schema `in-network-rates`, and its code set of places of service.',
    '',
    '| check | tables | severity | what it finds |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
