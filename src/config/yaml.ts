import { readFileSync } from 'node:fs';
import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { EtlError, messageOf, systemCodeOf } from '../errors.js';

/** A configuration file: its values, and the line each of its keys stands on. */
export interface YamlFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly lines: ReadonlyMap<string, number>;
}

const step = 'reading the configuration';
const hint = '`etl1 config show --config /dev/null` prints every key with its default';

/** Reads a YAML file that holds one mapping of plain keys. Throws `config` with the line of what is wrong. */
export function readYaml(path: string): YamlFile {
  const text = readText(path);
  try {
    const events = parseEvents(text, { filename: path });
    return { path, values: valuesOf(path, text, events), lines: keyLines(text, events) };
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    throw failure(path, cause.mark ? cause.mark.line + 1 : null, `not valid YAML: ${cause.reason}`, cause);
  }
}

function failure(path: string, line: number | null, what: string, cause?: unknown): EtlError {
  return new EtlError('config', `${path}${line === null ? '' : `:${line}`}: ${what}`, { step, hint, cause });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'this is a folder; expected a YAML file',
    };
    const reason = reasons[systemCodeOf(cause) ?? ''] ?? messageOf(cause);
    throw new EtlError('config', `${path}: ${reason}`, {
      step,
      hint: 'check `--config` and ETL1_CONFIG',
      cause,
    });
  }
}

function valuesOf(path: string, text: string, events: Event[]): Map<string, unknown> {
  const [first, second] = documentStarts(text, events);
  if (second !== undefined) {
    throw failure(
      path,
      second,
      'a second document starts here; expected one only, without further --- lines',
    );
  }
  const [values]: unknown[] = constructFromEvents(events, {
    source: text,
    filename: path,
    schema: CORE_SCHEMA,
  });
  // a file of comments alone has no document or an empty one
  if (values === null || values === undefined) return new Map();
  if (typeof values === 'object' && !Array.isArray(values)) return new Map(Object.entries(values));
  const found = Array.isArray(values) ? 'a list' : `one ${typeof values}`;
  throw failure(path, first ?? null, `expected settings as "key: value" lines; found ${found}`);
}

/** The line on which the content of each document starts; the document's own line is not part of its event. */
function documentStarts(text: string, events: readonly Event[]): number[] {
  const lineAt = lineCounter(text);
  return events.flatMap((event, index) => {
    if (event.type !== EVENT_ID.DOCUMENT) return [];
    const content = events[index + 1];
    return [content ? lineAt(startOf(content)) : 1];
  });
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING ? event.start : 0;
}

/** Line numbers of the keys of the outermost mapping, by walking the parser's events. */
function keyLines(text: string, events: readonly Event[]): Map<string, number> {
  const lines = new Map<string, number>();
  const lineAt = lineCounter(text);
  let depth = 0;
  let isKey = true;
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      depth -= 1;
      if (depth === 2) isKey = !isKey;
      continue;
    }
    if (depth === 2 && isKey && event.type === EVENT_ID.SCALAR) {
      lines.set(getScalarValue(text, event), lineAt(event.valueStart));
    }
    const isLeaf = event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS;
    if (depth === 2 && isLeaf) isKey = !isKey;
    if (!isLeaf) depth += 1;
  }
  return lines;
}

/** Tells the lines of offsets that are asked for in order: a file may have many keys. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    line += text.slice(counted, Math.max(offset, counted)).match(/\r\n?|\n/g)?.length ?? 0;
    counted = Math.max(offset, counted);
    return line;
  };
}
