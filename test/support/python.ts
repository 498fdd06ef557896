import { spawnSync } from 'node:child_process';

/** A Python that has polars: the one that ETL1_PYTHON names, or python3; null where it has none, which is said once. */
export const python: string | null = findPython();

function findPython(): string | null {
  const program = process.env['ETL1_PYTHON'] || 'python3';
  if (spawnSync(program, ['-c', 'import polars']).status === 0) return program;
  process.stderr.write(`skipped: ${program} has no polars\n`);
  return null;
}
