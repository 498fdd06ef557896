import { describe, expect, it } from 'vitest';
import { EtlError } from '../../../src/errors.js';
import { MemoryGovernor } from '../../../src/pipeline/memory.js';

/** A process that takes what the test says; a collection leaves what the test says. */
class Process {
  rssMb = 100;
  collections = 0;
  /** What a collection leaves; nothing where it frees nothing. */
  leftMb: number | null = null;

  govern(limitMb: number): MemoryGovernor {
    return new MemoryGovernor(
      limitMb,
      () => this.rssMb,
      () => {
        this.collections += 1;
        this.rssMb = this.leftMb ?? this.rssMb;
      },
    );
  }
}

/** A process whose limit is 1000 MiB, as it takes some memory. */
function governed(rssMb: number) {
  const process = new Process();
  process.rssMb = rssMb;
  return { process, memory: process.govern(1000) };
}

describe('MemoryGovernor', () => {
  it('measures what the process takes', () => {
    const { process, memory } = governed(400);
    expect(memory.measure()).toBe(400);
    process.rssMb = 300;
    expect(memory.measure()).toBe(300);
  });

  it('is relieved only where memory is tight', async () => {
    const { process, memory } = governed(520);
    await memory.relieve();
    expect(process.collections).toBe(0);
    process.rssMb = 521;
    await memory.relieve();
    expect([process.collections, memory.peakMb]).toEqual([1, 521]);
  });

  it('keeps the peak', () => {
    const { process, memory } = governed(0);
    expect(memory.peakMb).toBe(0);
    for (const rssMb of [200, 700, 300]) {
      process.rssMb = rssMb;
      memory.measure();
    }
    expect(memory.peakMb).toBe(700);
  });

  it('counts what there was before a collection, and what is left after it, as a peak', async () => {
    const { process, memory } = governed(800);
    process.leftMb = 200;
    expect(await memory.settle(1)).toBe(800);
    expect([process.rssMb, memory.peakMb]).toEqual([200, 800]);
    process.rssMb = 760;
    process.leftMb = 900;
    await memory.settle(1);
    expect(memory.peakMb).toBe(900);
  });

  it.each([
    [256, 384_000],
    [1000, 1_500_000],
    [2666, 3_999_000],
    [2667, 4_000_000],
    [100_000, 4_000_000],
  ])('with %d MiB collects garbage after %d rows', async (limitMb, rows) => {
    const process = new Process();
    const memory = process.govern(limitMb);
    await memory.settle(rows - 1);
    expect(process.collections).toBe(0);
    await memory.settle(1);
    expect(process.collections).toBe(1);
    await memory.settle(rows - 1);
    expect(process.collections).toBe(1);
    await memory.settle(1);
    expect(process.collections).toBe(2);
  });

  it('counts rows anew after a release', async () => {
    const { process, memory } = governed(100);
    await memory.settle(1_499_999);
    await memory.release();
    expect(process.collections).toBe(1);
    await memory.settle(1);
    expect(process.collections).toBe(1);
  });

  it.each([
    [520, 0],
    [521, 1],
  ])('with %d of 1000 MiB taken collects %d times after few rows', async (rssMb, collections) => {
    const { process, memory } = governed(rssMb);
    await memory.settle(599_999);
    expect(process.collections).toBe(0);
    await memory.settle(1);
    expect(process.collections).toBe(collections);
  });

  it.each([
    [750, 0],
    [751, 1],
  ])('with %d of 1000 MiB taken collects %d times after a row', async (rssMb, collections) => {
    const { process, memory } = governed(rssMb);
    await memory.settle(1);
    expect(process.collections).toBe(collections);
  });

  it('runs finalisers before it goes on', async () => {
    const { memory } = governed(100);
    const order: string[] = [];
    setImmediate(() => order.push('finaliser'));
    await memory.release();
    order.push('released');
    expect(order).toEqual(['finaliser', 'released']);
  });

  it('cuts chunks into halves while a collection does not help, sixteen at most', async () => {
    const { process, memory } = governed(751);
    const seen: [number, boolean][] = [[memory.pieces, memory.isTight]];
    for (let turn = 0; turn < 6; turn += 1) {
      await memory.settle(1);
      seen.push([memory.pieces, memory.isTight]);
    }
    expect(seen).toEqual([
      [1, false],
      [2, true],
      [4, true],
      [8, true],
      [16, true],
      [16, true],
      [16, true],
    ]);
    expect(process.collections).toBe(6);
  });

  it('cuts nothing where a collection helps', async () => {
    const { process, memory } = governed(999);
    process.leftMb = 750;
    await memory.settle(1);
    expect([process.collections, memory.pieces]).toEqual([1, 1]);
  });

  it('lets chunks grow again, to their size and no further', async () => {
    const { process, memory } = governed(800);
    for (let turn = 0; turn < 3; turn += 1) await memory.settle(1);
    expect(memory.pieces).toBe(8);
    process.rssMb = 499;
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      await memory.settle(1_500_000);
      seen.push(memory.pieces);
    }
    expect(seen).toEqual([4, 2, 1, 1, 1]);
    expect(memory.isTight).toBe(false);
  });

  it('keeps chunks as they are in between', async () => {
    const { process, memory } = governed(800);
    await memory.settle(1);
    for (const rssMb of [500, 750]) {
      process.rssMb = rssMb;
      await memory.settle(1_500_000);
      expect(memory.pieces).toBe(2);
    }
    expect(process.collections).toBe(3);
  });

  it('gives up where the smallest of chunks do not help', async () => {
    const { process, memory } = governed(1000);
    process.rssMb = 1200.4;
    for (let turn = 0; turn < 4; turn += 1) await memory.settle(1);
    expect(memory.pieces).toBe(16);
    const failure: unknown = await memory.settle(1).catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(EtlError);
    expect(failure).toMatchObject({
      kind: 'output',
      exitCode: 73,
      step: 'staging',
      message: expect.stringMatching(/memory limit of 1000 MB is too small.*takes 1200 MB/),
      hint: expect.stringContaining('--memory-limit'),
    });
    expect(memory.peakMb).toBe(1200.4);
  });

  it('goes on at its limit with the smallest of chunks', async () => {
    const { process, memory } = governed(1200);
    for (let turn = 0; turn < 4; turn += 1) await memory.settle(1);
    process.rssMb = 1000;
    await memory.settle(1);
    process.rssMb = 1500;
    process.leftMb = 1000;
    await memory.settle(1);
    expect(memory.pieces).toBe(16);
  });

  it('measures the process that it runs in', async () => {
    const memory = new MemoryGovernor(1_000_000);
    await memory.release();
    expect(await memory.settle(1)).toBeGreaterThan(10);
    expect(memory.peakMb).toBeLessThan(1_000_000);
  });
});
