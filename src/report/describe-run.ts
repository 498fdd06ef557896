import type { Manifest } from '../pipeline/manifest.js';
import type { RejectedExample, RowExample } from '../pipeline/summary.js';
import { explanations } from '../pipeline/warnings.js';
import type { SourceName } from '../sources/sources.js';
import { exampleOf, type Look } from './look-at-outputs.js';
import type { Reason, RunPart } from './page-data.js';
import { rejectReasons } from './reject-reasons.js';

/** Reasons, and rows that were left out, that a page has room for. */
const mostReasons = 40;

/** What a page shows of a run: its record, the record of the run of the same slice before it, and rejected rows. */
export function describeRun(
  manifest: Manifest,
  previous: Manifest | null,
  examples: Look['examples'],
): RunPart {
  const { summary, payer, state, period } = manifest;
  const { balance, steps } = summary;
  const rejects = (['rates', 'providers'] as const).flatMap((source) =>
    rejectsOf(source, manifest, examples),
  );
  const warnings = Object.entries(summary.warnings).map(([reason, rows]) => {
    const example = summary.warning_examples[reason];
    const shown = example ? [rowExample(example)] : [];
    return { reason, about: explanations[reason] ?? '', rows, examples: shown };
  });
  const leftOut = summary.failed_chunks.map(({ source, file, first_row: first, rows, reason }) => ({
    where: `${source} from row ${first} of ${file}`,
    rows,
    reason,
  }));
  return {
    ...{ id: manifest.run_id, payer, state, period, host: manifest.host, dataRoot: summary.data_root },
    ...{ startedAt: manifest.started_at, finishedAt: manifest.finished_at, seconds: summary.seconds },
    resumedChunks: summary.resumed_chunks,
    versions: Object.entries(manifest.versions).map(([name, version]) => ({ name, version })),
    inputs: (['rates', 'providers'] as const).flatMap((source) =>
      manifest.inputs[source].map(({ path, rows, bytes, footer_sha256: footer }) => ({
        ...{ source, path, rows, bytes, footer },
      })),
    ),
    settings: Object.entries(manifest.resolved_settings)
      .filter(([, { origin }]) => origin !== 'default')
      .map(([name, { value, origin }]) => ({ name, value: JSON.stringify(value) ?? '', origin })),
    tables: Object.entries(summary.tables).map(([name, { path, ...table }]) => ({ name, ...table })),
    balance: {
      read: balance.read,
      rejected: balance.rejected,
      duplicates: balance.duplicates,
      known: balance.already_there,
      inserted: balance.inserted,
    },
    providerRows: summary.processed_providers,
    groups: groupsOf(manifest),
    rejects: some(rejects),
    rejectsFolder: summary.rejects_folder,
    warnings: some(warnings),
    leftOut: some(leftOut),
    steps,
    memory: { peakMb: summary.peak_rss_mb, limitMb: limitOf(manifest) },
    chunks: chunksOf(manifest),
    previous: previous && describePrevious(previous),
  };
}

function rejectsOf(
  source: SourceName,
  { summary }: Manifest,
  examples: Look['examples'],
): RunPart['rejects']['rows'] {
  return Object.entries(summary.rejects[source]).map(([reason, rows]) => {
    const kept = summary.reject_examples[source][reason];
    const shown = examples[source][reason] ?? (kept ? [rejectedExample(kept)] : []);
    return { source, reason, about: rejectReasons[reason] ?? '', rows, examples: shown };
  });
}

function rejectedExample({
  file,
  file_row_number: row,
  values,
}: RejectedExample): Reason['examples'][number] {
  return exampleOf(file, row, values);
}

function rowExample({ table, uid, values }: RowExample): Reason['examples'][number] {
  const texts = Object.entries(values).map(([name, value]) => ({
    name,
    value: value === null ? null : String(value),
  }));
  return { title: `${table === 'fact_rate' ? 'fact_uid' : 'pg_uid'} ${uid}`, values: texts };
}

function some<T>(rows: readonly T[]): { total: number; rows: T[] } {
  return { total: rows.length, rows: rows.slice(0, mostReasons) };
}

function groupsOf({ summary: { groups, balance } }: Manifest): RunPart['groups'] {
  if (groups === null) return null;
  const { npi, tin, rates_without_providers: noProviders, providers_without_rates: noRates } = groups;
  return {
    total: groups.total,
    facts: balance.inserted + balance.already_there,
    npi: { groups: npi.groups, facts: npi.facts },
    tin: { groups: tin.groups, facts: tin.facts },
    ratesWithoutProviders: noProviders.groups,
    providersWithoutRates: noRates.groups,
  };
}

function limitOf({ resolved_settings: settings }: Manifest): number | null {
  const limit = settings['memory_limit_mb']?.value;
  return typeof limit === 'number' ? limit : null;
}

function chunksOf({ chunks }: Manifest): RunPart['chunks'] {
  if (!chunks) return null;
  return {
    total: chunks.chunks,
    points: chunks.points.map(({ rss_mb: rssMb, ...point }) => ({ ...point, rssMb })),
    slowest: chunks.slowest.map(({ rss_mb: rssMb, first_row: firstRow, ...chunk }) => ({
      ...chunk,
      firstRow,
      rssMb,
    })),
  };
}

function describePrevious({ run_id: id, started_at: startedAt, summary }: Manifest): RunPart['previous'] {
  return {
    ...{ id, startedAt, seconds: summary.seconds, steps: summary.steps, peakMb: summary.peak_rss_mb },
    read: summary.balance.read,
    rejected: summary.balance.rejected,
    inserted: summary.balance.inserted,
    facts: summary.tables['fact_rate']?.total ?? 0,
  };
}
