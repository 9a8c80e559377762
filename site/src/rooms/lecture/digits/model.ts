// A model as plain data. The page keeps it; the worker has no memory of it, so that a training may stop and go on anywhere.

/** W₁, b₁, W₂, b₂, or something of their shapes. */
export type Leaves = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

export interface Model {
  readonly seed: number;
  readonly step: number;
  readonly parameters: Leaves;
  /** Adam's running means of the gradient and of its square. */
  readonly means: Leaves;
  readonly squares: Leaves;
}

export const side = 14;
export const hiddenUnits = 32;
export const batchSize = 50;
/** How many steps the worker makes between two looks at what is wanted. */
export const stepsInASlice = 20;
export const parameterCount: number = side * side * hiddenUnits + hiddenUnits + hiddenUnits * 10 + 10;

/** “a 7”, “an 8”. */
export const withArticle = (digit: number): string => `${digit === 8 ? 'an' : 'a'} ${digit}`;
