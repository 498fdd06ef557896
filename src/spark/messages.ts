import { z } from 'zod';

/** What the driver says, checked; `driver.py` says what it is told. */

const started = z.object({ version: z.string(), master: z.string(), application: z.string() });
const progress = z.object({ done: z.number(), of: z.number() });

export const messageSchema = z.union([
  z.object({ started }),
  z.object({ progress }),
  // whether there is work, and nothing that does it
  z.object({ starved: z.boolean() }),
  z.object({ stopped: z.literal(true) }),
  z.object({ id: z.number(), error: z.string(), trace: z.string() }),
  // what it holds is checked by whoever asked
  z.object({ id: z.number(), answer: z.unknown() }),
]);

export type SparkProgress = z.output<typeof progress>;

export const rowsSchema = z.array(z.record(z.string(), z.unknown()));

/** What is in a folder; null where there is no such folder. */
export const namesSchema = z.array(z.string()).nullable();

/** A file as a cluster sees it; null where there is none. */
export const fileSchema = z
  .object({
    bytes: z.number(),
    modified_ms: z.number(),
    /** From its footer on; of what is not parquet the last eight bytes. */
    end: z.string().transform((text) => Buffer.from(text, 'base64')),
  })
  .nullable();

export type SparkFile = z.output<typeof fileSchema>;
