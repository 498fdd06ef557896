import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pl, withComputedMembersLast } from '../../src/polars.js';

const load = createRequire(import.meta.url);
const sourceOf = (name: string) => readFileSync(load.resolve(`nodejs-polars/bin/${name}`), 'utf8');

describe('the source of expressions', () => {
  const source = sourceOf('lazy/expr/index.js');
  const linesOf = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim().replace(/,$/, ''))
      .sort();

  it('has its computed names behind all others, and the same members', () => {
    const changed = withComputedMembersLast(source);
    expect(changed).not.toBe(source);
    expect(linesOf(changed)).toEqual(linesOf(source));
    const [literal = ''] = changed.split('exports._Expr = _Expr');
    const members = literal.match(/^ {8}(?! )[^\n]*\{$/gm) ?? [];
    expect(members.slice(-2)).toEqual([
      '        [Symbol.toStringTag]() {',
      '        [utils_1.INSPECT_SYMBOL]() {',
    ]);
    expect(members.filter((member) => member.includes('['))).toHaveLength(2);
  });

  it('stays as it is where it is another one', () => {
    const other = sourceOf('series/index.js');
    expect(withComputedMembersLast(other)).toBe(other);
    expect(withComputedMembersLast('')).toBe('');
  });
});

describe('the library', () => {
  it('makes expressions that are told apart and printed as before', () => {
    const expression = pl.col('rate').gt(pl.lit(1));
    expect(pl.Expr.isExpr(expression)).toBe(true);
    expect(pl.Expr.isExpr(pl.DataFrame({ rate: [1] }))).toBe(false);
    expect(inspect(expression)).toBe('[(col("rate")) > (1.0)]');
  });

  it('is the one that others get, and leaves the loader of modules as it was', () => {
    expect(load('nodejs-polars')).toBe(pl);
    const compile: unknown = Reflect.get(load('node:module').prototype, '_compile');
    expect(String(compile)).not.toContain(withComputedMembersLast.name);
  });
});
