// The namespace `symbolic`: formulas of derivatives, and the language they are written in.
export type { ExpressionType, Kind } from './check.ts';
export type { CodeTarget } from './code/generate.ts';
export type { Fact, VariableDeclaration } from './declare.ts';
export { type Derivation, type DeriveOptions, derive, type LayoutOption } from './derive.ts';
export { countNodes, type Expression, namesIn } from './expression.ts';
export type { Check } from './finite-differences.ts';
export type { Formula, Layout, ValueLike } from './formula.ts';
export { type InferOptions, inferShapes, type Shapes } from './infer.ts';
export { parse } from './parse.ts';
export { show } from './print.ts';
