import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { askedOf } from '../../../src/spark/file-systems.js';
import { SharedSession } from '../../../src/spark/shared-session.js';

/** Sessions that remember what became of them. */
function sessions() {
  const all: { end: unknown; isDisposed: boolean }[] = [];
  const start = async () => {
    const session = {
      end: null as unknown,
      isDisposed: false,
      get hasEnded() {
        return session.end !== null;
      },
      run: async () => {},
      rows: async (sql: string) => [{ sql }],
      shielded: <T>(work: () => Promise<T>) => work(),
      files: askedOf(() => Promise.reject(new RangeError('nobody asks for files'))),
      onProgress: () => {},
      [Symbol.asyncDispose]: async () => {
        session.isDisposed = true;
      },
    };
    all.push(session);
    return { session, version: '4' };
  };
  return { all, start };
}

describe('a shared session', () => {
  it('is started when it is first needed, once for all, and ends with whoever shares it', async () => {
    const { all, start } = sessions();
    {
      await using shared = new SharedSession(start);
      expect(all).toHaveLength(0);
      const [one, other] = await Promise.all([shared.open(), shared.open()]);
      expect(one).toBe(other);
      {
        await using lent = (await shared.lend()).session;
        expect(await lent.rows('SELECT 1')).toEqual([{ sql: 'SELECT 1' }]);
        const onProgress = () => {};
        lent.onProgress = onProgress;
        expect([lent.onProgress, one.session.onProgress]).toEqual([onProgress, onProgress]);
      }
      expect(all).toMatchObject([{ isDisposed: false }]);
    }
    expect(all).toMatchObject([{ isDisposed: true }]);
  });

  it('is followed by another one where it has died', async () => {
    const { all, start } = sessions();
    await using shared = new SharedSession(start);
    await shared.open();
    for (const session of all) session.end = new RangeError('killed');
    await shared.lend();
    await shared.open();
    expect(all).toMatchObject([{ isDisposed: true }, { isDisposed: false }]);
  });

  it('is not followed by another one where it waited in vain, for all who come after', async () => {
    const { all, start } = sessions();
    await using shared = new SharedSession(start);
    await shared.open();
    const waited = new EtlError('busy', 'Spark has waited', { step: 'running Spark' });
    for (const session of all) session.end = waited;
    await expect(shared.lend()).rejects.toBe(waited);
    await expect(shared.open()).rejects.toBe(waited);
    expect(all).toHaveLength(1);
  });

  it('is not started again where it did not start', async () => {
    let starts = 0;
    await using shared = new SharedSession(async () => {
      starts += 1;
      throw new RangeError('no Java');
    });
    await expect(shared.open()).rejects.toThrow('no Java');
    await expect(shared.lend()).rejects.toThrow('no Java');
    expect(starts).toBe(1);
  });

  it('is none where nobody needed it', async () => {
    const { all, start } = sessions();
    await new SharedSession(start)[Symbol.asyncDispose]();
    expect(all).toEqual([]);
  });
});
