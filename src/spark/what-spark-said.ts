import type { EtlError } from '../errors.js';

/** What is around the words of an error: our own, those of the bridge to Java, and the trace. */
const before = /^(?:Spark cannot do it: )?(?:An error occurred while calling \S+\.\s*:\s*)?/;
const trace = /\s+at [\w.$/]+\([\s\S]*$/;

/** The words of Spark or of a catalog, without a trace. */
export function whatSparkSaid(message: string): string {
  return message.replace(before, '').replace(trace, '').trim();
}

/** All that Spark says, with what its error was caused by. */
export const allThatSparkSaid = ({ message, cause }: EtlError): string =>
  cause instanceof Error ? cause.message : message;
