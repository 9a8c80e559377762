// Random texts of the whole formula language, typed as they are made: every function of the grammar occurs, arguments of log,
// sqrt and powers are positive, matrices under inv, det and logdet are well conditioned. Sizes are names.
import type { Variables } from './reference.ts';

export const variables: Variables = {
  x: ['n'],
  y: ['n'],
  z: ['m'],
  p: { shape: ['n'], is: 'positive' },
  A: ['m', 'n'],
  B: ['m', 'n'],
  X: { shape: ['n', 'n'], is: 'invertible' },
  S: { shape: ['n', 'n'], is: 'spd' },
  c: { shape: [], is: 'positive' },
  t: [],
};

export type Size = 'm' | 'n';

const tame = [
  'sin',
  'cos',
  'tanh',
  'atan',
  'sigmoid',
  'softplus',
  'exp',
  'relu',
  'abs',
  'step',
  'sign',
  'sinh',
  'cosh',
  'tan',
];

/** Texts drawn from `random`, which gives numbers in [0, 1). */
export class RandomText {
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  private size(): Size {
    return this.pick(['m', 'n', 'n']);
  }

  /** One of several ways to go on, or a leaf when the depth is used up. */
  private node(depth: number, leaves: readonly string[], ways: readonly (() => string)[]): string {
    return depth <= 0 || this.random() < 0.12 ? this.pick(leaves) : this.pick(ways)();
  }

  private mapped(inner: string): string {
    const name = this.pick(tame);
    // Tame in size: exp of large numbers says nothing about formulas.
    return ['exp', 'sinh', 'cosh', 'tan'].includes(name) ? `${name}(0.3*(${inner}))` : `${name}(${inner})`;
  }

  scalar(depth: number): string {
    const d = depth - 1;
    const [k, l] = [this.size(), this.size()];
    return this.node(
      depth,
      ['c', 't', '2', '0.5', 'n', 'm'],
      [
        () => `(${this.vector(k, d)})'*(${this.vector(k, d)})`,
        () => `(${this.vector(k, d)})'*(${this.matrix(k, l, d)})*(${this.vector(l, d)})`,
        () => `sum(${this.anything(d)})`,
        () => `dot(${this.vector(k, d)},${this.vector(k, d)})`,
        () => `dot(${this.matrix(k, l, d)},${this.matrix(k, l, d)})`,
        () => `norm1(${this.anything(d)})`,
        () => `norm2(${this.anything(d)})`,
        () => `norm2(${this.anything(d)})^2`,
        () => `logsumexp(${this.vector(k, d)})`,
        () => `tr(${this.matrix(k, k, d)})`,
        () => `det(${this.definite(k, d)})`,
        () => `logdet(${this.definite(k, d)})`,
        () => `tr(expm(0.2*(${this.matrix(k, k, d - 1)})))`,
        () => `(${this.scalar(d)})+(${this.scalar(d)})`,
        () => `(${this.scalar(d)})-(${this.scalar(d)})`,
        () => `(${this.scalar(d)})*(${this.scalar(d)})`,
        () => `(${this.scalar(d)})/(${this.positive(d)})`,
        () => this.mapped(this.scalar(d)),
        () => `(${this.scalar(d)})^${this.pick(['2', '3'])}`,
        () => `(${this.positive(d)})^${this.pick(['0.5', '-1', '(3/2)', '-2', 't'])}`,
        () => `log(${this.positive(d)})`,
        () => `sqrt(${this.positive(d)})`,
        () => `einsum("i,ij,j->",${this.vector(k, d)},${this.matrix(k, l, d)},${this.vector(l, d)})`,
      ],
    );
  }

  positive(depth: number): string {
    const d = depth - 1;
    return this.node(
      depth,
      ['c', 'n', "(1+x'*x)"],
      [
        () => `exp(0.3*(${this.scalar(d)}))`,
        () => `1+(${this.scalar(d)})^2`,
        () => `1+norm2(${this.anything(d)})^2`,
        () => `softplus(${this.scalar(d)})`,
        () => `det(${this.definite(this.size(), d)})`,
        () => `c+sum(exp(0.3*(${this.vector(this.size(), d)})))`,
      ],
    );
  }

  private leafVectors(k: Size): string[] {
    return k === 'n' ? ['x', 'y', 'p', "A'*z", 'S*x', 'ones(n)'] : ['z', 'A*x', 'A*p', 'ones(m)'];
  }

  vector(k: Size, depth: number): string {
    const d = depth - 1;
    const l = this.size();
    return this.node(depth, this.leafVectors(k), [
      () => this.pick(this.leafVectors(k)),
      () => this.mapped(this.vector(k, d)),
      () => `(${this.matrix(k, l, d)})*(${this.vector(l, d)})`,
      () => `(${this.matrix(l, k, d)})'*(${this.vector(l, d)})`,
      () => `((${this.vector(l, d)})'*(${this.matrix(l, k, d)}))'`,
      () => `(${this.vector(k, d)}).*(${this.vector(k, d)})`,
      () => `(${this.vector(k, d)})./(${this.positiveVector(k, d)})`,
      () => `(${this.vector(k, d)})+(${this.vector(k, d)})`,
      () => `(${this.vector(k, d)})-(${this.vector(k, d)})`,
      () => `(${this.scalar(d)})*(${this.vector(k, d)})`,
      () => `(${this.vector(k, d)})/(${this.positive(d)})`,
      () => `1-(${this.vector(k, d)})`,
      () => `softmax(${this.vector(k, d)})`,
      () => `diag(${this.matrix(k, k, d)})`,
      () => `(${this.vector(k, d)}).^${this.pick(['2', '3'])}`,
      () => `(${this.positiveVector(k, d)}).^${this.pick(['0.5', '-1', 't', '(-3/2)'])}`,
      () => `(${this.positiveVector(k, d)}).^(${this.vector(k, d - 1)})`,
      () => `log(${this.positiveVector(k, d)})`,
      () => `sqrt(${this.positiveVector(k, d)})`,
    ]);
  }

  private positiveVector(k: Size, depth: number): string {
    const d = depth - 1;
    return this.node(depth, k === 'n' ? ['p', '(1+x.^2)'] : ['(1+z.^2)', 'exp(0.2*z)'], [
      () => `exp(0.3*(${this.vector(k, d)}))`,
      () => `1+(${this.vector(k, d)}).^2`,
      () => `softmax(${this.vector(k, d)})`,
      () => `softplus(${this.vector(k, d)})`,
    ]);
  }

  private leafMatrices(k: Size, l: Size): string[] {
    const of: Readonly<Record<string, string[]>> = {
      nn: ['X', 'S', "x*y'", 'diag(x)', "A'*B", 'eye(n)', "x*x'", 'diag(p)', "X'"],
      mn: ['A', 'B', "z*x'", 'ones(m,n)', 'A*S'],
      nm: ["A'", "B'", "x*z'", "X*A'"],
      mm: ["A*A'", "A*B'", 'diag(z)', 'eye(m)', "z*z'"],
    };
    return of[k + l]!;
  }

  matrix(k: Size, l: Size, depth: number): string {
    const d = depth - 1;
    const j = this.size();
    const square = [
      () => `diag(${this.vector(k, d)})`,
      () => `inv(${this.definite(k, d)})`,
      () => `(${this.matrix(k, k, d)})^2`,
      () => `(${this.definite(k, d)})^-1`,
      () => `adj(${this.definite(k, d)})`,
      () => `expm(0.2*(${this.matrix(k, k, d - 1)}))`,
    ];
    return this.node(depth, this.leafMatrices(k, l), [
      () => this.pick(this.leafMatrices(k, l)),
      () => this.pick(this.leafMatrices(k, l)),
      () => this.mapped(this.matrix(k, l, d)),
      () => `(${this.matrix(k, j, d)})*(${this.matrix(j, l, d)})`,
      () => `(${this.matrix(l, k, d)})'`,
      () => `(${this.vector(k, d)})*(${this.vector(l, d)})'`,
      () => `(${this.matrix(k, l, d)}).*(${this.matrix(k, l, d)})`,
      () => `(${this.matrix(k, l, d)})+(${this.matrix(k, l, d)})`,
      () => `(${this.matrix(k, l, d)})-(${this.matrix(k, l, d)})`,
      () => `(${this.scalar(d)})*(${this.matrix(k, l, d)})`,
      () => `(${this.matrix(k, l, d)})./(1+(${this.matrix(k, l, d)}).^2)`,
      ...(k === l ? square : []),
    ]);
  }

  /** A symmetric positive definite matrix, well conditioned where its parts are of size 1. */
  private definite(k: Size, depth: number): string {
    const d = depth - 1;
    const leaves = k === 'n' ? ['S', 'X', "S+x*x'"] : ["eye(m)+A*A'", "eye(m)+z*z'"];
    return this.node(depth, leaves, [
      () => this.pick(leaves),
      () => this.gram(k, d),
      () => `diag(${this.positiveVector(k, d)})`,
      () => this.outer(k, d),
    ]);
  }

  private gram(k: Size, depth: number): string {
    const m = this.matrix(this.size(), k, depth);
    return `eye(${k})+(${m})'*(${m})`;
  }

  private outer(k: Size, depth: number): string {
    const v = this.vector(k, depth);
    return `c*eye(${k})+(${v})*(${v})'`;
  }

  private anything(depth: number): string {
    return this.random() < 0.5 ? this.vector(this.size(), depth) : this.matrix(this.size(), this.size(), depth);
  }
}
