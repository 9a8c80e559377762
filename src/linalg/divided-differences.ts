// Divided differences f[z₀, …, z_k] that keep their digits when nodes come close or coincide. Of two ways the one with the
// smaller error estimate is taken:
//   (f[z₁…z_k] − f[z₀…z_{k−1}]) / (z_k − z₀)          loses ε / gap with every division
//   Σₘ f⁽ᵏ⁺ᵐ⁾(c)/(k+m)! · hₘ(z − c)                   Taylor around a node c, hₘ the complete homogeneous polynomials
// (McCurdy, Ng & Parlett, Math. Comp. 43, 1984, discuss both for exp.)

/** Taylor terms beyond the first. */
export const TAYLOR_TERMS = 5;
const EPS = 2 ** -52;

interface Estimate {
  readonly value: number;
  readonly error: number;
}

export class DividedDifferences {
  private readonly nodes: ArrayLike<number>;
  private readonly derivatives: readonly ArrayLike<number>[];
  private readonly known = new Map<string, Estimate>();

  /** `derivatives[j][i]` is the j-th derivative of f at node i, for j up to the wanted order plus TAYLOR_TERMS. */
  constructor(nodes: ArrayLike<number>, derivatives: readonly ArrayLike<number>[]) {
    this.nodes = nodes;
    this.derivatives = derivatives;
  }

  /** f[z_i for i in index], in any order. */
  at(index: readonly number[]): number {
    return this.estimate([...index].sort((i, j) => this.nodes[i]! - this.nodes[j]! || i - j)).value;
  }

  /** For indices by ascending nodes. */
  private estimate(index: readonly number[]): Estimate {
    const key = index.join();
    let found = this.known.get(key);
    if (!found) {
      found = this.compute(index);
      this.known.set(key, found);
    }
    return found;
  }

  private compute(index: readonly number[]): Estimate {
    const order = index.length - 1;
    const first = this.nodes[index[0]!]!;
    const gap = this.nodes[index[order]!]! - first;
    if (order === 0) {
      const value = this.derivatives[0]![index[0]!]!;
      return { value, error: EPS * Math.abs(value) };
    }
    if (gap === 0) return this.taylor(index);
    const above = this.estimate(index.slice(1));
    const below = this.estimate(index.slice(0, -1));
    const value = (above.value - below.value) / gap;
    const quotient = { value, error: (above.error + below.error) / gap + EPS * Math.abs(value) };
    if (quotient.error <= 64 * EPS * Math.abs(value)) return quotient;
    const series = this.taylor(index);
    return series.error < quotient.error ? series : quotient;
  }

  private taylor(index: readonly number[]): Estimate {
    const order = index.length - 1;
    const centre = index[index.length >> 1]!;
    const offsets = index.map((i) => this.nodes[i]! - this.nodes[centre]!);
    const size = Math.max(...offsets.map(Math.abs));
    const h = homogeneous(offsets, TAYLOR_TERMS);
    let factorial = 1;
    for (let j = 2; j <= order; j++) factorial *= j;
    let value = 0;
    let last = 0;
    for (let m = 0; m <= TAYLOR_TERMS; m++) {
      if (m > 0) factorial *= order + m;
      last = h[m] === 0 ? 0 : (this.derivatives[order + m]![centre]! / factorial) * h[m]!;
      value += last;
    }
    // hₘ may vanish by symmetry, so the bound of the last term stands for the remainder.
    const bound = size === 0 ? 0 : Math.abs(this.derivatives[order + TAYLOR_TERMS]![centre]! / factorial);
    return { value, error: EPS * Math.abs(value) + bound * size ** TAYLOR_TERMS * (order + 1) };
  }
}

/** h₀ … h_count of the offsets: the coefficients of Π 1/(1 − zᵢ t). */
function homogeneous(offsets: readonly number[], count: number): Float64Array {
  const h = new Float64Array(count + 1);
  h[0] = 1;
  for (const z of offsets) for (let m = 1; m <= count; m++) h[m]! += z * h[m - 1]!;
  return h;
}
