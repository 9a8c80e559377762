// The input gradient of a convolution, and a transposed convolution, as a convolution. A product whose windows are added where
// they overlap is, for windows one apart, a correlation with the reversed kernel,
//   y[i] = Σ_k [Σ_c g[c, i − d·k] w[c, k]] = Σ_{c, k} ĝ[c, i + d·k] ŵ[c, k],   ĝ = g between zeros,  ŵ[k] = w[K − 1 − k],
// which needs no memory for the windows. A slice that follows, what padding transposes to, takes its zeros away again.
import { contract, type Labels } from '../ops/contract.ts';
import { flip, padWith, type SliceParam } from '../ops/movement.ts';
import { type OverlapAddParam, windowsOp } from '../ops/windows.ts';
import { type Equation, type Program, Var } from '../program/program.ts';
import { apply } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { rewrite } from './rewrite.ts';

/** Along one axis of the operand with the positions: zeros before and after it, and the windows over them. */
interface Sweep {
  readonly axis: number;
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly dilation: number;
  /** The axis of the other operand with the elements of the kernel. */
  readonly kernelAxis: number;
  readonly kernelLabel: number;
}

interface Match {
  readonly product: Equation;
  /** The equations that the correlation replaces; the last one has its value. */
  readonly replaced: readonly Equation[];
  /** Which operand of the product has the positions. */
  readonly positions: 0 | 1;
  readonly sweeps: readonly Sweep[];
}

/** The program with such products written as correlations. */
export function correlateOverlaps(program: Program): Program {
  if (!program.equations.some((e) => e.op.name === 'overlapAdd')) return program;
  const only = singleUses(program);
  const replacements = new Map<Equation, Match>();
  const dropped = new Set<Equation>();
  for (const e of program.equations) {
    const match = e.op.name === 'contract' ? findOverlaps(e, only) : undefined;
    if (!match) continue;
    dropped.add(e);
    for (const old of match.replaced) dropped.add(old);
    replacements.set(match.replaced.at(-1)!, match);
  }
  return rewrite(program, (e) => {
    const match = replacements.get(e);
    if (match) return { x: match.product.x, f: (a, b) => [correlation(a!, b!, match)] };
    return dropped.has(e) ? 'nothing' : undefined;
  });
}

/** The equation that uses a variable, if it is the only one and the variable is no result. */
type OnlyUse = (v: Var) => Equation | undefined;

function singleUses(program: Program): OnlyUse {
  const uses = new Map<Var, Equation | null>();
  for (const e of program.equations) {
    for (const a of new Set(e.x)) if (a instanceof Var) uses.set(a, uses.has(a) ? null : e);
  }
  for (const a of program.outputs) if (a instanceof Var) uses.set(a, null);
  return (v) => uses.get(v) ?? undefined;
}

function findOverlaps(product: Equation, only: OnlyUse): Match | undefined {
  const p: Labels = product.p;
  const out = [...p.out];
  const replaced: Equation[] = [];
  const sweeps: Sweep[] = [];
  let positions: 0 | 1 | undefined;
  let next = only(product.outs[0]!);
  while (next?.op.name === 'overlapAdd') {
    const { axis, size, stride, dilation, length }: OverlapAddParam = next.p;
    const kernelLabel = out.pop()!;
    const label = out[axis]!;
    const side = p.a.includes(label) ? 0 : 1;
    const [own, other] = side === 0 ? [p.a, p.b] : [p.b, p.a];
    const apart = !other.includes(label) && other.includes(kernelLabel) && !own.includes(kernelLabel);
    if (stride !== 1 || !apart || (positions ?? side) !== side) return undefined;
    positions = side;
    const around = (size - 1) * dilation;
    const high = length - next.x[0]!.shape[axis]!;
    sweeps.push({
      axis: own.indexOf(label),
      low: around,
      high,
      size,
      dilation,
      kernelAxis: other.indexOf(kernelLabel),
      kernelLabel,
    });
    replaced.push(next);
    next = only(next.outs[0]!);
  }
  if (positions === undefined) return undefined;
  const own = positions === 0 ? p.a : p.b;
  const cut = next?.op.name === 'slice' ? sliced(next, out, own, sweeps) : undefined;
  if (cut) replaced.push(next!);
  return { product, replaced, positions, sweeps: cut ?? sweeps };
}

/** The sweeps with fewer zeros, if all that the slice takes away is there. */
function sliced(e: Equation, out: readonly number[], own: readonly number[], sweeps: readonly Sweep[]) {
  const { starts, stops, steps }: SliceParam = e.p;
  const shape = e.x[0]!.shape;
  let fits = steps.every((step) => step === 1);
  const result = sweeps.map((s): Sweep => {
    const axis = out.indexOf(own[s.axis]!);
    const [low, high] = [s.low - starts[axis]!, s.high - (shape[axis]! - stops[axis]!)];
    fits &&= low >= 0 && high >= 0;
    return { ...s, low, high };
  });
  const others = shape.every(
    (n, i) => sweeps.some((s) => own[s.axis] === out[i]) || (starts[i] === 0 && stops[i] === n),
  );
  return fits && others ? result : undefined;
}

function correlation(a: Tensor, b: Tensor, { product, positions, sweeps }: Match): Tensor {
  const p: Labels = product.p;
  const [x, w] = positions === 0 ? [a, b] : [b, a];
  const zeros = (side: 'low' | 'high'): number[] =>
    x.shape.map((_: number, i: number) => sweeps.find((s) => s.axis === i)?.[side] ?? 0);
  const padded = padWith(x, 0, zeros('low'), zeros('high'));
  const windows = sweeps.reduce(
    (y, { axis, size, dilation }) => apply(windowsOp, [y], { axis, size, stride: 1, dilation }),
    padded,
  );
  const kernel = flip(
    w,
    sweeps.map((s) => s.kernelAxis),
  );
  const kernelLabels = sweeps.map((s) => s.kernelLabel);
  const own = [...(positions === 0 ? p.a : p.b), ...kernelLabels];
  const out = p.out.filter((l) => !kernelLabels.includes(l));
  return positions === 0
    ? contract(windows, kernel, { a: own, b: p.b, out })
    : contract(kernel, windows, { a: p.a, b: own, out });
}
