import { spawnSync } from 'node:child_process';

/** The Python with Airflow that ETL1_AIRFLOW names; null where it names none, which is said once. */
export const airflow: string | null = findAirflow();

function findAirflow(): string | null {
  const program = process.env['ETL1_AIRFLOW'] ?? '';
  // to import it would make a folder in that of the user
  const look = 'import sys, importlib.util; sys.exit(importlib.util.find_spec("airflow") is None)';
  if (program !== '' && spawnSync(program, ['-c', look]).status === 0) return program;
  process.stderr.write('skipped: ETL1_AIRFLOW names no Python with Airflow\n');
  return null;
}
