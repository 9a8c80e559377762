// What is certain about the sign of known tensors: an interval for every value of the program by interval arithmetic, and
// squares where a factor occurs twice. Rounding is not the question here: exp(x) >= 0 and 1 − tanh² >= 0 also in floating
// point, because rounding is monotone.
import { type Factor, Index } from '../calculus/net.ts';
import { type Equation, type Atom as Operand, Var } from '../program/program.ts';
import { type Knowns, uniformValue } from './known.ts';

type Interval = readonly [low: number, high: number];

const everything: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const nonnegative: Interval = [0, Number.POSITIVE_INFINITY];

const ranges: Readonly<Record<string, Interval>> = {
  ...{ exp: nonnegative, square: nonnegative, abs: nonnegative, relu: nonnegative, softplus: nonnegative },
  ...{ sqrt: nonnegative, rsqrt: nonnegative, sigmoid: [0, 1], softmax: [0, 1], tanh: [-1, 1], step: [0, 1] },
  ...{ sin: [-1, 1], cos: [-1, 1], sign: [-1, 1], cosh: [1, Number.POSITIVE_INFINITY], norm: nonnegative },
};

/** Movements keep the elements; a where keeps those of its branches. */
const moves = new Set(['broadcast', 'reshape', 'permute', 'slice', 'flip', 'cast', 'take', 'diagonal', 'stopGradient']);

const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

function timesIntervals([a, b]: Interval, [c, d]: Interval): Interval {
  const ends = [product(a, c), product(a, d), product(b, c), product(b, d)];
  return [Math.min(...ends), Math.max(...ends)];
}

function reciprocal([a, b]: Interval): Interval {
  return a >= 0 ? [1 / b, a === 0 ? Number.POSITIVE_INFINITY : 1 / a] : everything;
}

export class Signs {
  private readonly knowns: Knowns;
  private readonly definitions: ReadonlyMap<Var, Equation>;
  private readonly found: Map<Operand, Interval> = new Map();
  private readonly assumed: Set<Var> = new Set();

  constructor(known: readonly Equation[], knowns: Knowns) {
    this.definitions = new Map(known.flatMap((e) => e.outs.map((v) => [v, e] as const)));
    this.knowns = knowns;
  }

  /** What `claim` finds, and the inputs that it took to have no negative entry. */
  proof<T>(claim: () => T): { readonly result: T; readonly assumed: readonly Var[] } {
    this.found.clear();
    this.assumed.clear();
    return { result: claim(), assumed: [...this.assumed] };
  }

  /** Whether coef Π factors has no negative entry. */
  nonnegative(coef: number, factors: readonly Factor[]): boolean {
    let sign = Math.sign(coef);
    const odd = new Map<string, () => Interval>();
    const toggle = (key: string, range: () => Interval): void => {
      if (!odd.delete(key)) odd.set(key, range);
    };
    for (const { atom, at } of factors) {
      const known = this.knowns.of(atom);
      const place = at.map((index) => this.nameOf(index)).join();
      if (known.kind === 'value') {
        const { bases, negative } = this.bases(known.of);
        if (negative) sign = -sign;
        for (const base of bases) toggle(`${this.nameOf(base)}@${place}`, () => this.interval(base));
      } else {
        toggle(`atom ${atom.id}@${place}`, () => this.ofKnown(known));
      }
    }
    return sign >= 0 && [...odd.values()].every((range) => range()[0] >= 0);
  }

  private readonly names: Map<unknown, number> = new Map();

  private nameOf(x: unknown): number {
    if (!this.names.has(x)) this.names.set(x, this.names.size);
    return this.names.get(x)!;
  }

  private ofKnown(known: ReturnType<Knowns['of']>): Interval {
    if (known.kind === 'complement') return [0, 1];
    if (known.kind === 'identity') return [0, 1];
    if (known.kind === 'reshaped')
      return this.nonnegative(1, [{ atom: known.of, at: [], power: 1 }]) ? nonnegative : everything;
    if (known.kind !== 'sum') return everything;
    const all = known.parts.every(({ coef, factors }) =>
      this.nonnegative(
        coef,
        // A weight's own axes stand for the indices.
        factors.map(({ atom, at }) => ({ atom, at: at.map((k) => this.axis(k)), power: 1 })),
      ),
    );
    return all ? nonnegative : everything;
  }

  private readonly axes: Index[] = [];

  private axis(k: number): Index {
    while (this.axes.length <= k) this.axes.push(new Index('0'));
    return this.axes[k]!;
  }

  /** The factors of an entrywise product, and whether its sign is turned. */
  private bases(x: Operand): { bases: Operand[]; negative: boolean } {
    const e = x instanceof Var ? this.definitions.get(x) : undefined;
    if (e?.op.name === 'neg') {
      const inner = this.bases(e.x[0]!);
      return { ...inner, negative: !inner.negative };
    }
    if (e?.op.name === 'mul' || e?.op.name === 'chain') {
      const [a, b] = e.x.map((v) => this.bases(v));
      return { bases: [...a!.bases, ...b!.bases], negative: a!.negative !== b!.negative };
    }
    return { bases: [x], negative: false };
  }

  private interval(x: Operand): Interval {
    let range = this.found.get(x);
    if (!range) {
      this.found.set(x, everything);
      range = this.infer(x);
      this.found.set(x, range);
    }
    return range;
  }

  private infer(x: Operand): Interval {
    const value = uniformValue(x);
    if (value !== undefined) return [value, value];
    if (x.dtype === 'bool') return [0, 1];
    if (!(x instanceof Var)) return everything;
    const e = this.definitions.get(x);
    if (!e) {
      this.assumed.add(x);
      return nonnegative;
    }
    const { name } = e.op;
    const own = ranges[name];
    if (own) return own;
    const [a, b] = e.x as [Operand, Operand];
    if (moves.has(name)) return this.interval(a);
    switch (name) {
      case 'neg': {
        const [low, high] = this.interval(a);
        return [-high, -low];
      }
      case 'add': {
        const [s, t] = [this.interval(a), this.interval(b)];
        return [s[0] + t[0], s[1] + t[1]];
      }
      case 'sub': {
        const [s, t] = [this.interval(a), this.interval(b)];
        return [s[0] - t[1], s[1] - t[0]];
      }
      case 'mul':
      case 'chain':
        return this.productInterval(x, a, b);
      case 'div':
        return timesIntervals(this.interval(a), reciprocal(this.interval(b)));
      case 'reciprocal':
        return reciprocal(this.interval(a));
      case 'sum': {
        const [low, high] = this.interval(a);
        return [low >= 0 ? 0 : Number.NEGATIVE_INFINITY, high <= 0 ? 0 : Number.POSITIVE_INFINITY];
      }
      case 'powConstant':
        return (e.p.exponent as number) % 2 === 0 || this.interval(a)[0] >= 0 ? nonnegative : everything;
      case 'where': {
        const [s, t] = [this.interval(e.x[1]!), this.interval(e.x[2]!)];
        return [Math.min(s[0], t[0]), Math.max(s[1], t[1])];
      }
      default:
        return everything;
    }
  }

  private productInterval(x: Operand, a: Operand, b: Operand): Interval {
    const { bases, negative } = this.bases(x);
    const plain = timesIntervals(this.interval(a), this.interval(b));
    const odd = new Set<Operand>();
    for (const base of bases) if (!odd.delete(base)) odd.add(base);
    if (negative || ![...odd].every((base) => this.interval(base)[0] >= 0)) return plain;
    return [Math.max(0, plain[0]), plain[1]];
  }
}
