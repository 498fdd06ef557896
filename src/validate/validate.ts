import type { Settings } from '../config/settings.js';
import { EtlError } from '../errors.js';
import { Database } from '../load/db.js';
import type { Output } from '../load/merge-table.js';
import { withTemporaryFolder } from '../pipeline/temporary-folder.js';
import type { CheckName } from '../tables/checks.js';
import type { TableName } from '../tables/tables.js';
import { checksAcross, lookAcross } from './look-across.js';
import { lookAtTable } from './look-at-table.js';
import { type Gain, type Look, makeReport } from './make-report.js';
import { stateOf } from './open-table.js';
import type { ValidationReport } from './report.js';
import { rulesOf, severityOf } from './rules.js';
import type { Sighting } from './sighting.js';

/** What is to be validated, and by what. */
export interface ValidationRequest {
  readonly dataRoot: string;
  readonly outputs: readonly Output[];
  readonly settings: Settings;
  /** What the database may take. */
  readonly budget: { readonly databaseMb: number; readonly threads: number };
  /** What the records of runs say of groups. */
  readonly gains: readonly Gain[];
}

/** What is looked at now: a table, or how tables fit together. */
export type Stage = TableName | 'references';

const step = 'validating';

/**
 * Looks for what breaks the contract, or is unusual, in the outputs. Rows stream through the database, within the budget's
 * memory; what does not fit goes to a temporary folder that is gone afterwards. Throws `input` where there is no output
 * at all, `busy` where one changes meanwhile, `output` where memory or disk are too small.
 */
export async function validate(
  request: ValidationRequest,
  observe: (stage: Stage) => void,
  signal: AbortSignal,
): Promise<ValidationReport> {
  const started = performance.now();
  const before = request.outputs.map(({ path }) => stateOf(path));
  if (before.every((state) => state === null)) throw nothingThere(request);
  return withTemporaryFolder({ name: 'validate', step }, async (temporaryFolder) => {
    const { databaseMb: memoryMb, threads } = request.budget;
    using database = await Database.open({ memoryMb, threads, temporaryFolder }, signal, step);
    const settle = () => {
      signal.throwIfAborted();
      checkUntouched(request.outputs, before);
    };
    const look = await lookAtAll(database, request, observe).catch((thrown) => {
      settle();
      throw thrown;
    });
    settle();
    return makeReport(request, look, (performance.now() - started) / 1000);
  });
}

/** Looks at each table by itself, then at how they fit together. */
async function lookAtAll(
  database: Database,
  { outputs, settings }: ValidationRequest,
  observe: (stage: Stage) => void,
): Promise<Look> {
  const rules = rulesOf(settings);
  const isWanted = (check: CheckName) => severityOf(check, settings) !== 'off';
  const rows = new Map<TableName, number | null>();
  const sightings: Sighting[] = [];
  for (const output of outputs) {
    observe(output.table);
    const looked = await lookAtTable(database, output, rules, isWanted);
    rows.set(output.table, looked.rows);
    sightings.push(...looked.sightings);
  }
  observe('references');
  const canUse = (table: TableName) => typeof rows.get(table) === 'number';
  sightings.push(
    ...(await lookAcross(
      database,
      checksAcross(rules).filter(({ check }) => isWanted(check)),
      canUse,
    )),
  );
  return { rows, sightings };
}

/** Another run may publish while files are read one after the other. */
function checkUntouched(outputs: readonly Output[], before: readonly (string | null)[]): void {
  const changed = outputs.find(({ path }, index) => stateOf(path) !== before[index]);
  if (!changed) return;
  throw new EtlError('busy', `${changed.path}: was replaced while the outputs were read`, {
    step,
    hint: 'run the same command again when no other run is publishing',
  });
}

function nothingThere({ dataRoot, outputs }: ValidationRequest): EtlError {
  const [first] = outputs;
  return new EtlError(
    'input',
    `no outputs in ${dataRoot}: none of the ${outputs.length} files is there, such as ${first?.path}`,
    {
      step,
      hint: '`etl1 --payer <name>` loads a payer; `--data-root` names another folder',
    },
  );
}
