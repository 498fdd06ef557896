import { describe, expect, it } from 'vitest';
import { InTurn } from '../../../src/cli/in-turn.js';

describe('InTurn', () => {
  it.each([
    { came: [0, 1, 2], due: [[0], [1], [2]] },
    { came: [2, 1, 0], due: [[], [], [0, 1, 2]] },
    { came: [1, 0, 3, 2], due: [[], [0, 1], [], [2, 3]] },
  ])('hands on what came as $came', ({ came, due }) => {
    const inTurn = new InTurn<number>();
    expect(came.map((number) => inTurn.add(number, number))).toEqual(due);
  });
});
