import { describe, expect, it } from 'vitest';
import { fileSchema, messageSchema, namesSchema, rowsSchema } from '../../../src/spark/messages.js';

describe('what the driver says', () => {
  it.each([
    { started: { version: '4.1.0', master: 'local', application: 'a' } },
    { progress: { done: 1, of: 2 } },
    { starved: true },
    { stopped: true },
    { id: 1, error: 'no', trace: 'no: of this' },
    { id: 2, answer: [] },
    { id: 3, answer: null },
  ])('is taken: %j', (message) => {
    expect(messageSchema.parse(message)).toEqual(message);
  });

  it.each([{}, { stopped: false }, { id: '1', answer: [] }, { progress: {} }, null])(
    'is not %j',
    (message) => {
      expect(messageSchema.safeParse(message).success).toBe(false);
    },
  );

  it('is checked by what was asked', () => {
    expect(rowsSchema.parse([{ a: 1 }])).toEqual([{ a: 1 }]);
    expect(namesSchema.parse(null)).toBeNull();
    expect(namesSchema.parse(['a'])).toEqual(['a']);
    expect(namesSchema.safeParse([1]).success).toBe(false);
    expect(fileSchema.parse(null)).toBeNull();
    expect(fileSchema.parse({ bytes: 4, modified_ms: 5, end: 'UEFSMQ==' })).toEqual({
      bytes: 4,
      modified_ms: 5,
      end: Buffer.from('PAR1'),
    });
    expect(fileSchema.safeParse({ bytes: 4, modified_ms: 5 }).success).toBe(false);
  });
});
