import { describe, expect, it } from 'vitest';
import { addedBy, type Commit } from '../../../src/spark/snapshots.js';

const ours = 'app-1';

function commit(snapshot: string, parent: string | null, others: Partial<Commit> = {}): Commit {
  return { name: 'dim_code', snapshot, parent, application: ours, added: 1, bytes: 1, ...others };
}

const addedIn = (commits: readonly Commit[], from: string | null = '1') =>
  addedBy(ours, commits, { from, to: '4' });

describe('addedBy', () => {
  const found = commit('1', null, { added: 100 });

  it('adds up what an application wrote after a snapshot, whatever others did in between', () => {
    const other = commit('3', '2', { application: 'app-2', added: 10 });
    expect(addedIn([found, commit('2', '1'), other, commit('4', '3', { added: 5 })])).toBe(6);
    expect(
      addedIn([found, commit('2', '1'), commit('3', '2', { application: null }), commit('4', '3')]),
    ).toBe(2);
    expect(addedIn([found, commit('2', '1'), other, commit('4', '3')], null)).toBe(102);
    expect(addedIn([commit('4', null)], '4')).toBe(0);
  });

  it('leaves aside what is on no way to the table as it is', () => {
    expect(addedIn([found, commit('2', '1', { added: 7 }), commit('4', '1')])).toBe(1);
  });

  it('ends where the history is no longer kept', () => {
    expect(addedIn([commit('4', '3'), commit('2', '1')])).toBe(1);
  });
});
