import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { together } from '../../../src/load/together.js';

describe('together', () => {
  it('begins all, and gives what came of each in their order', async () => {
    let working = 0;
    let most = 0;
    const doubled = await together(
      ...[3, 2, 1].map(async (number) => {
        working += 1;
        most = Math.max(most, working);
        await sleep(number * 5);
        working -= 1;
        return number * 2;
      }),
    );
    expect(doubled).toEqual([6, 4, 2]);
    expect(most).toBe(3);
  });

  it('fails like the first in their order that does, once none is at work', async () => {
    const ended: string[] = [];
    const working = together(
      ...['a', 'b', 'c'].map(async (name) => {
        await sleep(name === 'c' ? 5 : 20);
        ended.push(name);
        if (name !== 'a') throw new RangeError(name);
      }),
    );
    await expect(working).rejects.toThrow(/^b$/);
    expect(ended).toEqual(['c', 'a', 'b']);
  });
});
