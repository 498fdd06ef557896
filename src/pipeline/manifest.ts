import { z } from 'zod';
import { type Settings, settingsSchema } from '../config/settings.js';
import { chunkRecordSchema } from './chunk-record.js';
import { summarySchema } from './summary.js';

/** A file as it was seen: what does not show in these has not changed. */
export const fileState = z.object({
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
  content_sha256: z.string(),
  rows: z.number(),
  /** Of facts in partitions those that the run was about, by their folders. */
  partitions: z.array(z.string()).optional(),
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

/** The summary as it was; what later versions add to it is kept. */
const summary = z.looseObject(summarySchema.shape);

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
  /** By table; none where outputs are tables of a catalog. */
  outputs: z.record(z.string(), output),
  /** Tables of a catalog, by what they are called here: the snapshots that the run found and left, null of a table without any. */
  catalog_tables: z
    .record(
      z.string(),
      z.object({
        name: z.string(),
        snapshot_found: z.string().nullable(),
        snapshot_left: z.string().nullable(),
        rows: z.number(),
      }),
    )
    .optional(),
  /** The states, payers and months that the facts of the input are of; earlier versions did not keep them, nor their chunks. */
  slices: z
    .array(z.object({ state: z.string(), payer_slug: z.string(), year_month: z.string().nullable() }))
    .optional(),
  chunks: chunkRecordSchema.optional(),
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
