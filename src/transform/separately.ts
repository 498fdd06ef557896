/**
 * How frames are collected: each expression by itself. The library also offers to evaluate equal parts of expressions
 * once, but then takes a shared literal for a column of one row, and fails or mixes rows up.
 */
export const separately = {
  commSubexprElim: false,
  commSubplanElim: true,
  typeCoercion: true,
  predicatePushdown: true,
  projectionPushdown: true,
  simplifyExpression: true,
  slicePushdown: true,
} as const;
