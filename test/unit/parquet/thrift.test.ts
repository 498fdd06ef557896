import { describe, expect, it } from 'vitest';
import { ThriftCursor } from '../../../src/parquet/thrift.js';

function cursorOver(...bytes: number[]): ThriftCursor {
  return new ThriftCursor(Uint8Array.from(bytes));
}

describe('ThriftCursor', () => {
  it.each([
    [0, [0x00]],
    [-1, [0x01]],
    [1, [0x02]],
    [63, [0x7e]],
    [-64, [0x7f]],
    [150, [0xac, 0x02]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x10]],
    [-(2 ** 31), [0xff, 0xff, 0xff, 0xff, 0x0f]],
    [2 ** 45, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]],
  ])('reads the number %d', (number, bytes) => {
    expect(cursorOver(...bytes).int()).toBe(number);
  });

  it('goes from field to field, by steps and by numbers, to the end of a struct', () => {
    // field 1: i32 1; field 17: i32 2, by its number; field 18: true; end
    const cursor = cursorOver(0x15, 0x02, 0x05, 0x22, 0x04, 0x11, 0x00, 0xff);
    expect(cursor.next(0)).toBe(1);
    expect(cursor.int()).toBe(1);
    expect(cursor.next(1)).toBe(17);
    expect(cursor.int()).toBe(2);
    expect(cursor.next(17)).toBe(18);
    expect(cursor.boolean()).toBe(true);
    expect(cursor.next(18)).toBe(0);
    expect(cursor.offset).toBe(7);
  });

  it('leaves bytes where they are', () => {
    const cursor = cursorOver(0x03, 1, 2, 3, 9);
    expect(cursor.binary()).toEqual({ start: 1, end: 4 });
    expect(cursor.offset).toBe(4);
  });

  it.each([
    ['a boolean', [0x11]],
    ['false', [0x12]],
    ['a byte', [0x13, 0xff]],
    ['a number', [0x16, 0xff, 0xff, 0x01]],
    ['a double', [0x17, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['bytes', [0x18, 0x02, 0xff, 0xff]],
    ['a list of numbers', [0x19, 0x25, 0x80, 0x01, 0x02]],
    ['a list of booleans', [0x19, 0x31, 1, 2, 1]],
    ['a long list', [0x19, 0xf3, 0x10, ...Array.from({ length: 16 }, () => 7)]],
    ['a struct in a struct', [0x1c, 0x1c, 0x15, 0x02, 0x00, 0x00]],
    ['a list of structs', [0x19, 0x2c, 0x15, 0x02, 0x00, 0x00]],
  ])('skips %s', (_, bytes) => {
    const cursor = cursorOver(...bytes, 0x15);
    expect(cursor.next(0)).toBe(1);
    cursor.skip();
    expect(cursor.offset).toBe(bytes.length);
  });

  it.each([
    ['a number', [0x15, 0xff]],
    ['bytes', [0x18, 0x05, 1]],
    ['a double', [0x17, 0]],
    ['a list', [0x19, 0x35, 2]],
    ['a struct', [0x1c, 0x15, 0x02]],
  ])('does not read beyond the end of %s that is cut short', (_, bytes) => {
    const cursor = cursorOver(...bytes);
    cursor.next(0);
    expect(() => cursor.skip()).toThrow('ends too early');
  });

  it('refuses what it does not know', () => {
    const cursor = cursorOver(0x1d);
    cursor.next(0);
    expect(() => cursor.skip()).toThrow('unknown type 13');
  });
});
