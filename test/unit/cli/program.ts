import type { Command } from 'commander';
import { makeProgram } from '../../../src/cli/main.js';

/** The program with all its commands, of which none is run. */
export function programToLookAt(): Command {
  const { signal } = new AbortController();
  return makeProgram({ verbose: false, exitCode: 0, log: null, signal }, new AbortController());
}
