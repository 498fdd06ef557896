import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The setting by which a session gets the library of a store that is installed. */
export function withJars(installed: string): Record<string, string> {
  const folder = join(installed, 'jars');
  return {
    'spark.jars': readdirSync(folder)
      .map((name) => join(folder, name))
      .join(','),
  };
}
