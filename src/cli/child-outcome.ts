import { z } from 'zod';
import { type ErrorKind, EtlError, kindOfExit } from '../errors.js';
import { type Summary, summarySchema } from '../pipeline/summary.js';
import type { ChildEnd } from './children.js';
import type { Outcome } from './outcome.js';
import { stopKinds } from './signals.js';

const failureSchema = z.object({
  status: z.literal('failed'),
  error: z.object({
    exit_code: z.number(),
    step: z.string().nullable(),
    message: z.string(),
    hint: z.string().nullable(),
  }),
});

/** What a process prints that loads one payer. */
const resultSchema = z.discriminatedUnion('status', [summarySchema, failureSchema]);

/** What came of a process that was to load a payer. Throws what is to be said where it does not say itself. */
export function outcomeOf(payer: string, end: ChildEnd, textOf: (summary: Summary) => string): Outcome {
  const { stdout, exitCode, signal } = end;
  if (exitCode === null) throw endedBy(signal, payer);
  const result = readResult(stdout);
  if (result === null) throw withoutResult(exitCode, payer);
  if (result.status !== 'failed') return { exitCode, result, text: textOf(result), summary: result };
  const { status, error } = result;
  return { exitCode, result: { status, payer, error }, text: '', summary: null };
}

function readResult(stdout: string): z.output<typeof resultSchema> | null {
  try {
    return resultSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

function endedBy(signal: NodeJS.Signals | null, payer: string): EtlError {
  const [, kind] = Object.entries(stopKinds).find(([name]) => name === signal) ?? [];
  if (kind !== undefined) return stoppedAtOnce(kind, payer);
  return new EtlError('output', `the process that loaded payer ${payer} was ended by ${signal}`, {
    step: 'running',
    hint: `where memory is short the system ends processes: the same command with fewer \`--jobs\` or a smaller \`--memory-limit\`, or \`etl1 --payer ${payer}\``,
  });
}

/** A second signal, or a failure that nobody waits for, leaves no time for a result. */
function withoutResult(exitCode: number, payer: string): EtlError {
  const kind = kindOfExit(exitCode);
  if (Object.values(stopKinds).includes(kind)) return stoppedAtOnce(kind, payer);
  return new EtlError(
    kind,
    `the process that loaded payer ${payer} ended with exit code ${exitCode} and no result`,
    {
      step: 'running',
      hint: `see what it printed before; \`etl1 --payer ${payer} --verbose\` runs it alone`,
    },
  );
}

function stoppedAtOnce(kind: ErrorKind, payer: string): EtlError {
  return new EtlError(kind, `the run of payer ${payer} was stopped at once`, {
    step: 'running',
    hint: 'run the same command again to go on from there',
  });
}
