import type { DataFrame } from 'nodejs-polars';
import { EtlError } from '../errors.js';
import { pl } from '../polars.js';
import type { Stored } from '../sources/sources.js';
import { separately } from './separately.js';
import { type ChunkShape, storedAs, varyingOf } from './shape.js';

/** Years from 0 up to which Polars is sure to write a day in either direction: on one beyond 262142 it ends the process. */
const mostYears = 262_000;
const daysPerYear = 365.2425;
const epochYear = 1970;

const unitsPerDay = { ms: 86_400e3, us: 86_400e6, ns: 86_400e9 } as const;

/**
 * Makes the function that checks that the days of a frame can be written. Databases store an infinite one as the last there
 * is. Throws `input`.
 */
export function compileDayCheck(shape: ChunkShape): (frame: DataFrame) => Promise<void> {
  const columns = varyingOf(shape, [...shape.layout.keys()]).filter((column) =>
    ['date', 'timestamp'].includes(storedAs(shape, column).kind),
  );
  const beyond = columns.map((column) => isBeyond(column, storedAs(shape, column)).max().alias(column));
  return async (frame) => {
    if (columns.length === 0) return;
    const checked = await frame
      .lazy()
      .select(...beyond)
      .collect(separately);
    const [found = {}] = checked.toRecords();
    const column = columns.find((name) => found[name] === true);
    if (column === undefined) return;
    // what to do is in the message: of rows that are left out nothing else is told
    const message = `column ${column} has a day more than ${mostYears} years away; an infinite one has to be text or null`;
    throw new EtlError('input', message, { step: 'reading rows' });
  };
}

function isBeyond(column: string, { kind, unit = 'us' }: Stored) {
  const years = (kind === 'date' ? 1 : unitsPerDay[unit]) * daysPerYear;
  const count = pl.col(column).cast(pl.Int64).cast(pl.Float64);
  return count.gt((mostYears - epochYear) * years).or(count.lt((-mostYears - epochYear) * years));
}
