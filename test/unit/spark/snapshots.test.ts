import { describe, expect, it } from 'vitest';
import { type Commit, othersIn } from '../../../src/spark/snapshots.js';

const ours = 'app-1';

function commit(snapshot: string, parent: string | null, others: Partial<Commit> = {}): Commit {
  return {
    ...{ name: 'dim_code', snapshot, parent, operation: 'append', application: ours, bytes: 1 },
    ...others,
  };
}

const foundIn = (commits: readonly Commit[], from: string | null = '1') =>
  othersIn(commits, { from, to: '3', application: ours }).map(({ snapshot }) => snapshot);

describe('othersIn', () => {
  it('finds what another application committed after a snapshot', () => {
    const before = commit('1', null, { application: 'app-0' });
    expect(foundIn([before, commit('2', '1'), commit('3', '2')])).toEqual([]);
    expect(foundIn([before, commit('2', '1', { application: 'app-2' }), commit('3', '2')])).toEqual(['2']);
    expect(foundIn([before, commit('2', '1'), commit('3', '2', { application: null })])).toEqual(['3']);
    expect(foundIn([before, commit('2', '1'), commit('3', '2')], null)).toEqual(['1']);
  });

  it('leaves aside what writes the same rows another way, and what is on no way to the table as it is', () => {
    const compacted = commit('2', '1', { application: 'app-2', operation: 'replace' });
    const onBranch = commit('4', '1', { application: 'app-2' });
    expect(foundIn([compacted, commit('3', '2'), onBranch])).toEqual([]);
  });

  it('ends where the history is no longer kept', () => {
    expect(foundIn([commit('3', '2')], '1')).toEqual([]);
  });
});
