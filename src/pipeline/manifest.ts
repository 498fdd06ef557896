import { z } from 'zod';
import { type Settings, settingsSchema } from '../config/settings.js';
import { chunkFailureSchema } from './staged-batch.js';

/** A file as it was seen: what does not show in these has not changed. */
const fileState = z.object({
  bytes: z.number(),
  /** Nanoseconds since 1970, which a number does not hold. */
  mtime_ns: z.string(),
  footer_sha256: z.string(),
});

export const inputSchema = fileState.extend({ path: z.string() });

const output = z.object({
  path: z.string(),
  /** What was there when the run began. */
  found: fileState.nullable(),
  /** What the run left. */
  left: fileState,
  rows: z.number(),
});

/** The settings that the content of the outputs depends on. */
const contentSettings = z.object(
  settingsSchema.pick({
    state: true,
    payer_slug_override: true,
    providers: true,
    empty_pos_set: true,
    provider_group_scope: true,
    dimension_conflict: true,
    mode: true,
    max_reject_ratio: true,
  }).shape,
);

const counts = z.record(z.string(), z.number());

/** The summary as it was; what later versions add to it is kept. */
const summary = z.looseObject({
  status: z.enum(['published', 'unchanged']),
  run_id: z.string(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  data_root: z.string(),
  processed_rates: z.number(),
  processed_providers: z.number(),
  tables: z.record(
    z.string(),
    z.object({
      inserted: z.number(),
      filled: z.number(),
      kept: z.number(),
      removed: z.number(),
      total: z.number(),
      bytes: z.number(),
      path: z.string(),
    }),
  ),
  rejects: z.object({ rates: counts, providers: counts }),
  rejects_folder: z.string().nullable(),
  warnings: counts,
  failed_chunks: z.array(chunkFailureSchema),
  resumed_chunks: z.number(),
  /** Until publishing began, as the manifest is published with the outputs. */
  seconds: z.number(),
  steps: z.record(z.string(), z.number()),
  peak_rss_mb: z.number(),
});

/** Version of the format: to be raised when what a key means changes. */
export const manifestFormat = 1;

/** What is kept of a run that published: `runs/<run_id>.json`. Keys that a later version adds are no error. */
export const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  run_id: z.string(),
  program_version: z.string(),
  /** Of the program, of Node.js and of the libraries that read and write. */
  versions: z.record(z.string(), z.string()),
  host: z.string(),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime(),
  payer: z.string(),
  state: z.string(),
  period: z.string(),
  settings: contentSettings,
  /** Every setting and where its value came from. */
  resolved_settings: z.record(z.string(), z.object({ value: z.unknown(), origin: z.string() })),
  inputs: z.object({
    rates: z.array(inputSchema.extend({ rows: z.number() })),
    providers: z.array(inputSchema.extend({ rows: z.number() })),
  }),
  /** By table. */
  outputs: z.record(z.string(), output),
  summary,
});

export type Manifest = z.output<typeof manifestSchema>;
export type FileState = z.output<typeof fileState>;
export type InputState = z.output<typeof inputSchema>;
export type ContentSettings = z.output<typeof contentSettings>;

/** The settings that the content of the outputs depends on, without those that it does not. */
export function pickContentSettings(settings: Settings): ContentSettings {
  return contentSettings.parse(settings);
}
