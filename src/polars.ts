import Module, { createRequire } from 'node:module';
import type polars from 'nodejs-polars';

/** The members of an expression whose names are computed, which the library writes in front of 150 others. */
const computedMembers = /^ {8}\[(?:Symbol\.toStringTag|utils_1\.INSPECT_SYMBOL)\]\(\) \{\n.*\n {8}\},\n/gm;
const endOfMembers = '    };\n};\nexports._Expr = _Expr';

/**
 * The source of the library's expressions with computed names last: behind one V8 defines every member by itself, which makes
 * an expression cost 0.5 ms and 300 KB instead of 0.02 ms and 10 KB (docs/decisions/0016). Any other source as it is.
 */
export function withComputedMembersLast(source: string): string {
  const members = source.match(computedMembers) ?? [];
  const [head = '', tail] = source.replace(computedMembers, '').split(endOfMembers);
  if (tail === undefined) return source;
  return `${head.replace(/,?\n$/, ',\n')}${members.join('')}${endOfMembers}${tail}`;
}

/** How Node.js makes a CommonJS module of its source: a method that its types do not have. */
interface Compiler {
  _compile(this: Module, source: string, path: string, ...others: unknown[]): unknown;
}

function loadPolars(): typeof polars {
  const load = createRequire(import.meta.url);
  const expressions = load.resolve('nodejs-polars/bin/lazy/expr/index.js');
  const compiler = Module.prototype as unknown as Compiler;
  const { _compile: compile } = compiler;
  compiler._compile = function (source, path, ...others) {
    const text = path === expressions ? withComputedMembersLast(source) : source;
    return compile.call(this, text, path, ...others);
  };
  try {
    return load('nodejs-polars');
  } finally {
    compiler._compile = compile;
  }
}

/** nodejs-polars, whose types come from the package itself. */
export const pl = loadPolars();
