import { readFileSync } from 'node:fs';
import { CORE_SCHEMA, EVENT_ID, getScalarValue, loadAll, parseEvents, YAMLException } from 'js-yaml';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';

/** A configuration file: its values, and the line each of its keys stands on. */
export interface YamlFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly lines: ReadonlyMap<string, number>;
}

const step = 'reading the configuration';

/** Reads a YAML file that holds one mapping of plain keys. Throws `config` with the line of what is wrong. */
export function readYaml(path: string): YamlFile {
  const text = readText(path);
  try {
    return { path, values: new Map(Object.entries(parseMapping(path, text))), lines: keyLines(text) };
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const line = cause.mark ? `:${cause.mark.line + 1}` : '';
    const hint = '`etl1 config show` prints what is in force; config/etl1.yaml is a commented example';
    throw new EtlError('config', `${path}${line}: not valid YAML: ${cause.reason}`, { step, hint, cause });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = systemCodeOf(cause) === 'ENOENT' ? 'there is no such file' : messageOf(cause);
    throw new EtlError('config', `${path}: ${reason}`, {
      step,
      hint: 'check `--config` and ETL1_CONFIG',
      cause,
    });
  }
}

function parseMapping(path: string, text: string): object {
  // a file of comments alone has no document
  const [values, ...more]: unknown[] = loadAll(text, { filename: path, schema: CORE_SCHEMA });
  if (more.length > 0) throw new YAMLException('expected one document, found several');
  if (values === null || values === undefined) return {};
  if (typeof values === 'object' && !Array.isArray(values)) return values;
  throw new EtlError(
    'config',
    `${path}: expected settings as "key: value" lines, found one ${typeof values}`,
    {
      step,
      hint: 'config/etl1.yaml is a commented example',
    },
  );
}

/** Line numbers of the keys of the outermost mapping, by walking the parser's events. */
function keyLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let depth = 0;
  let isKey = true;
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) {
      depth -= 1;
      if (depth === 2) isKey = true;
      continue;
    }
    if (depth === 2 && event.type === EVENT_ID.SCALAR && isKey) {
      lines.set(getScalarValue(text, event), text.slice(0, event.valueStart).split('\n').length);
    }
    if (depth === 2) isKey = !isKey;
    if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) depth += 1;
  }
  return lines;
}
