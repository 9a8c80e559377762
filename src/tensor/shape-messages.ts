// The texts of shape errors, one function a cause. The compiler shows the same texts: shape-types.ts builds them as
// string-literal types from the types of the shapes, and test/types compares the two letter by letter.
// A function here describes shapes that are already known not to fit; it does not decide whether they do.

type Sizes = readonly number[];

/** A shape as errors and `String(tensor)` write it: `[2,3]`; a scalar's is `[]`. */
export function showShape(shape: Sizes): string {
  return `[${shape.join(',')}]`;
}

/** The first pair of sizes, counted from the last axis, that broadcasting cannot reconcile. */
function clashingSizes(a: Sizes, b: Sizes): readonly [number, number] | undefined {
  for (let back = 1; back <= Math.min(a.length, b.length); back++) {
    const m = a[a.length - back]!;
    const n = b[b.length - back]!;
    if (m !== n && m !== 1 && n !== 1) return [m, n];
  }
  return undefined;
}

/** "do not broadcast", with the pair of sizes to blame when there is one. */
function doNotBroadcast(a: Sizes, b: Sizes): string {
  const clash = clashingSizes(a, b);
  return clash === undefined
    ? 'do not broadcast.'
    : `do not broadcast (sizes ${clash[0]} and ${clash[1]} differ and neither is 1).`;
}

/** `add: shapes [2,3] and [2] do not broadcast (sizes 3 and 2 differ and neither is 1).` */
export function broadcastMessage(op: string, a: Sizes, b: Sizes): string {
  return `${op}: shapes ${showShape(a)} and ${showShape(b)} ${doNotBroadcast(a, b)}`;
}

/** `matmul: inner sizes differ: [2,3] @ [4,5] needs 3 = 4.`, or the text for a scalar operand or for batch axes that clash. */
export function matmulMessage(a: Sizes, b: Sizes): string {
  if (a.length === 0) return 'matmul: left operand is a scalar; use mul.';
  if (b.length === 0) return 'matmul: right operand is a scalar; use mul.';
  const inner = [a[a.length - 1]!, b[Math.max(b.length - 2, 0)]!] as const;
  const product = `${showShape(a)} @ ${showShape(b)}`;
  if (inner[0] !== inner[1]) return `matmul: inner sizes differ: ${product} needs ${inner[0]} = ${inner[1]}.`;
  const [batchA, batchB] = [a.slice(0, -2), b.slice(0, -2)];
  return `matmul: batch shapes ${showShape(batchA)} and ${showShape(batchB)} of ${product} ${doNotBroadcast(batchA, batchB)}`;
}

/** `sum: axis 2 is out of range for shape [2,3] of rank 2.` */
export function axisMessage(op: string, axis: number, shape: Sizes): string {
  return `${op}: axis ${axis} is out of range for shape ${showShape(shape)} of rank ${shape.length}.`;
}

/** `sum: axis 1 is given twice for shape [2,3].`; `axis` is the non-negative one, so that `[1, -1]` reads the same. */
export function repeatedAxisMessage(op: string, axis: number, shape: Sizes): string {
  return `${op}: axis ${axis} is given twice for shape ${showShape(shape)}.`;
}

/** `permute: [0,1] lists 2 axes, but shape [2,3,4] has rank 3.` */
export function permuteMessage(axes: Sizes, shape: Sizes): string {
  return `permute: ${showShape(axes)} lists ${axes.length} axes, but shape ${showShape(shape)} has rank ${shape.length}.`;
}

const elementCount = (shape: Sizes): number => shape.reduce((count, size) => count * size, 1);

/** `reshape: cannot view [2,3] (6 elements) as [4,2] (8 elements).`; a target with one -1 does not divide the elements. */
export function reshapeMessage(from: Sizes, to: Sizes): string {
  const view = `reshape: cannot view ${showShape(from)} (${elementCount(from)} elements) as ${showShape(to)}`;
  const inferred = to.filter((size) => size === -1).length;
  if (inferred === 0) return `${view} (${elementCount(to)} elements).`;
  if (inferred > 1) return `${view}: only one size can be -1.`;
  return `${view}: the sizes beside -1 make ${elementCount(to.filter((size) => size !== -1))} elements.`;
}

/** `squeeze: axis 0 of shape [2,3] has size 2, not 1.` */
export function squeezeMessage(axis: number, shape: Sizes): string {
  return `squeeze: axis ${axis} of shape ${showShape(shape)} has size ${shape.at(axis)}, not 1.`;
}

/** Shapes joined by concat agree in every axis but the joined one: `concat: shapes [2,3] and [2,4] differ outside axis 0.` */
export function concatMessage(a: Sizes, b: Sizes, axis: number): string {
  return `concat: shapes ${showShape(a)} and ${showShape(b)} differ outside axis ${axis}.`;
}

/** `stack: shapes [2,3] and [2,4] differ.` */
export function stackMessage(a: Sizes, b: Sizes): string {
  return `stack: shapes ${showShape(a)} and ${showShape(b)} differ.`;
}

/** Nested arrays whose rows do not form a box. */
export function raggedMessage(): string {
  return 'tensor: rows have different lengths.';
}

/** The ways in which an einsum equation and its operands can disagree. */
export type EinsumMismatch =
  | { readonly kind: 'size'; readonly index: string; readonly sizes: readonly [number, number] }
  | { readonly kind: 'rank'; readonly term: string; readonly shape: Sizes }
  | { readonly kind: 'too many terms' }
  | { readonly kind: 'too many operands' }
  | { readonly kind: 'unknown output'; readonly index: string }
  | { readonly kind: 'repeated output'; readonly index: string };

/** `einsum 'ij,jk->ik': index 'j' is 3 in one operand and 4 in another.`, and its relatives. */
export function einsumMessage(equation: string, mismatch: EinsumMismatch): string {
  return `einsum '${equation}': ${describeMismatch(mismatch)}.`;
}

function describeMismatch(mismatch: EinsumMismatch): string {
  switch (mismatch.kind) {
    case 'size':
      return `index '${mismatch.index}' is ${mismatch.sizes[0]} in one operand and ${mismatch.sizes[1]} in another`;
    case 'rank': {
      const { term, shape } = mismatch;
      return `term '${term}' has ${[...term].length} indices but its operand has shape ${showShape(shape)} (rank ${shape.length})`;
    }
    case 'too many terms':
      return 'more terms than operands';
    case 'too many operands':
      return 'more operands than terms';
    case 'unknown output':
      return `output index '${mismatch.index}' appears in no operand`;
    case 'repeated output':
      return `output index '${mismatch.index}' is given twice`;
  }
}

/** Transforms that are defined for functions with a scalar value only. */
export type ScalarTransform = 'grad' | 'valueAndGrad' | 'hessian';

const forOtherOutputs: Readonly<Record<ScalarTransform, string>> = {
  grad: 'use jacobian() or vjp()',
  valueAndGrad: 'use jacobian() or vjp()',
  hessian: 'use jacobian(jacobian(f))',
};

/** `grad: f must return a scalar (shape []), but returns shape [2]; use jacobian() or vjp().` */
export function scalarOutputMessage(name: ScalarTransform, shape: Sizes): string {
  return `${name}: f must return a scalar (shape []), but returns shape ${showShape(shape)}; ${forOtherOutputs[name]}.`;
}
