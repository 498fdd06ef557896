import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findUnreadable } from '../../../src/pipeline/find-unreadable.js';
import { corruptPages } from '../../faults/support/corrupt.js';
import { makeInput } from '../../faults/support/input.js';
import { withFolder } from '../../support/load-pair.js';
import { makeRun } from '../../support/make-run.js';

const groupRows = 60;

/** Three row groups, each with a class of its own, and columns that tables are not made of. */
const grouped = {
  columns: { provider_group_id: 'int64', reporting_entity_type: 'text' },
  of: (row: number) => ({
    ...{ billing_class: `class ${Math.floor(row / groupRows)}`, provider_group_id: BigInt(row % 3) },
    reporting_entity_type: `type ${row % 2}`,
  }),
} as const;

/** Damages columns of row groups; gives what the embedded engine does without, by row. */
async function findIn(damaged: readonly (readonly [group: number, column: string])[], rejects = false) {
  return withFolder(async (folder) => {
    const input = await makeInput(join(folder, 'in'), {
      ...{ payer: 'one', seed: 3, rateFiles: 1, rowsPerFile: 3 * groupRows, rowGroupSize: groupRows },
      ...{ rejects, more: grouped },
    });
    const run = await makeRun(folder, input, groupRows);
    const [file] = run.plan.sources.rates.files;
    if (!file) throw new RangeError('there is no file');
    for (const [group, column] of damaged) corruptPages(file.path, group, column);
    const { failures, stretches, isSound } = await findUnreadable(run, 'rates', file);
    expect(readdirSync(run.staging)).toEqual([]);
    const without = stretches.map(({ firstRow, rows, constants }) => [
      ...[firstRow, rows],
      Object.fromEntries([...constants].filter(([column]) => Object.hasOwn(varying, column))),
    ]);
    return { lost: failures.map(({ first_row, rows }) => [first_row, rows]), without, isSound };
  });
}

const varying = { billing_class: '', provider_group_id: '', reporting_entity_type: '', name: '' };

describe('findUnreadable', () => {
  it('finds nothing in a sound file, and all of it in one stretch', async () => {
    expect(await findIn([])).toEqual({ lost: [], without: [[0, 180, {}]], isSound: true });
  });

  it('finds rows that are left out', async () => {
    expect(await findIn([[1, 'name']])).toEqual({
      lost: [[60, 60]],
      without: [[0, 180, {}]],
      isSound: false,
    });
  });

  it('finds columns that nothing is made of: as the footer says where it does, and else null', async () => {
    const found = await findIn([
      [0, 'reporting_entity_type'],
      [1, 'billing_class'],
      [2, 'provider_group_id'],
    ]);
    expect(found).toEqual({
      lost: [],
      without: [
        [0, 60, { reporting_entity_type: null }],
        [60, 60, { billing_class: 'class 1' }],
        [120, 60, { provider_group_id: null }],
      ],
      isSound: false,
    });
  });

  it('leaves rows out for such columns where rows are looked at as they are', async () => {
    const found = await findIn(
      [
        [0, 'reporting_entity_type'],
        [1, 'billing_class'],
      ],
      true,
    );
    expect(found).toEqual({
      lost: [[0, 60]],
      without: [
        [0, 60, {}],
        [60, 60, { billing_class: 'class 1' }],
        [120, 60, {}],
      ],
      isSound: false,
    });
  });
});
