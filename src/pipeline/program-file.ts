import { fileURLToPath } from 'node:url';

/** The file that Node.js runs for the program, to run it once more. */
export const programFile = fileURLToPath(new URL('../../bin/etl1.js', import.meta.url));
