import { type Severity, severities } from '../tables/checks.js';
import type { Finding, ValidationReport } from '../validate/report.js';
import { count, counted } from './format.js';
import { printableJson } from './printable.js';

/** What a validation found, for a person: a line for each finding, and below it some of the rows. */
export function validationAsText(report: ValidationReport): string {
  const read = Object.values(report.tables).flatMap(({ rows }) => rows ?? []);
  const rows = read.reduce((sum, number) => sum + number, 0);
  const lines = [
    `Validated ${counted(read.length, 'table')} with ${counted(rows, 'row')} in ${report.seconds.toFixed(1)} seconds; outputs in ${report.data_root}`,
    ...findingLines(report.findings),
    ...uncheckedLines(report),
    verdict(report),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for `--quiet`: nothing where there is neither an error nor a warning. */
export function alarmsAsText(report: ValidationReport): string {
  const alarms = report.findings.filter(({ severity }) => severity !== 'info');
  return alarms.length === 0 ? '' : `${[...findingLines(alarms), verdict(report)].join('\n')}\n`;
}

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const header = ['severity', 'check', 'table', 'count', 'what was found'];
  const cells = findings.map((finding) => [
    finding.severity,
    finding.check,
    finding.table,
    count(finding.count),
    finding.finds,
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
  const asLine = (row: readonly string[]) => `  ${line(row).join('  ').trimEnd()}`;
  return [
    asLine(header),
    ...findings.flatMap((finding, index) => [asLine(cells[index] ?? []), ...exampleLines(finding)]),
  ];
}

function exampleLines({ examples }: Finding): string[] {
  return examples.map((example) => {
    const values = Object.entries(example).map(([name, value]) => `${name} ${printableJson(value)}`);
    return `    ${values.join(', ')}`;
  });
}

/** How many checks were not made, for each reason; which, is in the JSON. */
function uncheckedLines({ not_checked: unchecked }: ValidationReport): string[] {
  const reasons = [...new Set(unchecked.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const checks = unchecked.filter((other) => other.reason === reason);
    return `${counted(checks.length, 'check')} not made: ${reason}`;
  });
}

function verdict({ status, findings }: ValidationReport): string {
  const counts = severities.map((severity) => counted(countOf(findings, severity), severity));
  return `The outputs are ${status}: ${counts.join(', ')}`;
}

function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}
