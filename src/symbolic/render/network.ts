// Series-parallel reduction of one net. Indices are vertices, factors of order 2 edges, factors of order 1 labels.
//   S1 parallel edges → A .* B          S2 a loop → label diag(A)       S3 a summed vertex with one edge → label A*v
//   S4 a summed vertex with two edges → edge A*diag(v)*B
// What is left carries only free indices if the net is series-parallel; the finishes read it off.
import type { Factor, Index } from '../../calculus/net.ts';
import type { Size } from '../../calculus/size.ts';
import { binary, call, type Expression, named, num } from '../expression.ts';
import { type Entry, entriesForm, mergedEntries } from './entries.ts';
import { cheapest, type Form, fixed, flipped, form, productForm, productOf, sameForm } from './form.ts';

export interface Edge {
  readonly from: Index;
  readonly to: Index;
  /** Forms oriented from → to, multiplied entry by entry. */
  readonly entries: readonly Entry[];
}

export const sizeExpression = (size: Size): Expression =>
  size
    .split('*')
    .map((part): Expression => (/^\d+$/.test(part) ? num(Number(part)) : named(part)))
    .reduce((a, b) => binary('*', a, b));

export const onesForm = (...at: readonly Index[]): Form => {
  const e = call('ones', ...at.map(({ size }) => sizeExpression(size)));
  const turned = call('ones', ...[...at].reverse().map(({ size }) => sizeExpression(size)));
  return at.length === 2 ? { e, t: turned } : form(e);
};

export const diagForm = (v: Form): Form => {
  // diag takes a row as well as a column.
  const inner = v.e.kind === 'transpose' ? v.e.arg : v.e;
  return fixed(call('diag', inner));
};

export class Network {
  readonly free: ReadonlySet<Index>;
  readonly summed: Set<Index> = new Set();
  edges: Edge[] = [];
  readonly labels: Map<Index, Entry[]> = new Map();
  /** Factors of order 3 and more, which no rule touches. */
  readonly others: { readonly at: readonly Index[]; readonly form: Form }[] = [];

  constructor(free: readonly Index[], factors: readonly Factor[], formOf: (f: Factor) => Form) {
    this.free = new Set(free);
    for (const factor of factors) {
      const { at, power } = factor;
      for (const index of at) if (!this.free.has(index)) this.summed.add(index);
      const entry = { form: formOf(factor), power };
      if (at.length === 1) this.label(at[0]!, entry);
      else if (at.length === 2) this.edges.push({ from: at[0]!, to: at[1]!, entries: [entry] });
      else if (at.length > 2) this.others.push({ at, form: entry.form });
    }
  }

  private label(at: Index, entry: Entry): void {
    this.labels.set(at, [...(this.labels.get(at) ?? []), entry]);
  }

  /** The product of the labels at a vertex. */
  vector(at: Index): Form | undefined {
    return entriesForm(this.labels.get(at) ?? []);
  }

  incident(at: Index): Edge[] {
    return this.edges.filter(({ from, to }) => from === at || to === at);
  }

  /** An edge's matrix read from one end. */
  matrix(edge: Edge, from: Index): Form {
    const m = entriesForm(edge.entries)!;
    return edge.from === from ? m : flipped(m);
  }

  /** Applies S1–S4 until nothing applies; `keep` vertices stay. */
  reduce(keep: ReadonlySet<Index> = new Set()): void {
    while (this.loops() || this.parallels() || this.leaves(keep) || this.series(keep));
  }

  private loops(): boolean {
    const edge = this.edges.find(({ from, to }) => from === to);
    if (!edge) return false;
    this.edges = this.edges.filter((e) => e !== edge);
    for (const entry of edge.entries) {
      this.label(edge.from, { form: form(call('diag', cheapest(entry.form.e, entry.form.t))), power: entry.power });
    }
    return true;
  }

  private parallels(): boolean {
    for (const [k, a] of this.edges.entries()) {
      const b = this.edges
        .slice(k + 1)
        .find((e) => (e.from === a.from && e.to === a.to) || (e.from === a.to && e.to === a.from));
      if (!b) continue;
      const turned = b.from === a.from ? b.entries : b.entries.map((x) => ({ ...x, form: flipped(x.form) }));
      const merged = { ...a, entries: mergedEntries([...a.entries, ...turned]) };
      this.edges = this.edges.filter((e) => e !== a && e !== b);
      this.edges.push(merged);
      return true;
    }
    return false;
  }

  private isOpen(index: Index): boolean {
    return this.others.some(({ at }) => at.includes(index));
  }

  private leaves(keep: ReadonlySet<Index>): boolean {
    for (const i of this.summed) {
      const incident = this.incident(i);
      if (incident.length !== 1 || keep.has(i) || this.isOpen(i)) continue;
      const [edge] = incident;
      const j = edge!.from === i ? edge!.to : edge!.from;
      this.edges = this.edges.filter((e) => e !== edge);
      this.summed.delete(i);
      this.label(j, { form: this.leafForm(edge!, i, j), power: 1 });
      this.labels.delete(i);
      return true;
    }
    return false;
  }

  /** Σᵢ M[j,i] v[i]. */
  private leafForm(edge: Edge, i: Index, j: Index): Form {
    const v = this.vector(i);
    const plain = productForm(this.matrix(edge, j), v ?? onesForm(i));
    const turned = edge.entries.map((x) => (edge.from === j ? x : { ...x, form: flipped(x.form) }));
    // Σᵢ A[j,i] B[j,i] = diag(A B')
    const pair = turned.length === 1 && turned[0]!.power === 2 ? [turned[0]!, turned[0]!] : turned;
    const isPair = pair.length === 2 && (pair[0] === pair[1] || pair.every(({ power }) => power === 1));
    if (v || !isPair) return plain;
    const [a, b] = pair as [Entry, Entry];
    const diagonal = cheapest(productOf(a.form.e, b.form.t), productOf(b.form.e, a.form.t));
    return cheapest(form(call('diag', diagonal)), plain);
  }

  private series(keep: ReadonlySet<Index>): boolean {
    for (const i of this.summed) {
      const incident = this.incident(i);
      if (incident.length !== 2 || keep.has(i) || this.isOpen(i)) continue;
      const [a, b] = incident as [Edge, Edge];
      const j = a.from === i ? a.to : a.from;
      const k = b.from === i ? b.to : b.from;
      if (j === k) continue;
      const v = this.vector(i);
      const left = this.matrix(a, j);
      const middle = v ? productForm(left, diagForm(v)) : left;
      this.edges = this.edges.filter((e) => e !== a && e !== b);
      this.edges.push({ from: j, to: k, entries: [{ form: productForm(middle, this.matrix(b, i)), power: 1 }] });
      this.summed.delete(i);
      this.labels.delete(i);
      return true;
    }
    return false;
  }

  /** The vector a reduced network with one free index is. */
  asVector(at: Index): Form {
    return this.vector(at) ?? onesForm(at);
  }

  /** The matrix a reduced network with two free indices is. */
  asMatrix(i: Index, j: Index): Form {
    const [vi, vj] = [this.vector(i), this.vector(j)];
    if (i === j) return vi ? diagForm(vi) : fixed(call('eye', sizeExpression(i.size)));
    const [edge] = this.edges;
    if (!edge) return outerForm(i, j, vi, vj);
    const m = this.matrix(edge, i);
    if (!vi && !vj) return m;
    const left = vi ? productForm(diagForm(vi), m) : m;
    const sandwich = vj ? productForm(left, diagForm(vj)) : left;
    const masked = entriesForm([
      { form: outerForm(i, j, vi, vj), power: 1 },
      ...edge.entries.map((x) => (edge.from === i ? x : { ...x, form: flipped(x.form) })),
    ])!;
    const symmetric = vi && vj && sameForm(vi, vj) && m.e === m.t;
    const best = cheapest(sandwich, masked);
    return symmetric ? fixed(best.e) : best;
  }
}

/** x y' with ones where there is no vector. */
function outerForm(i: Index, j: Index, vi: Form | undefined, vj: Form | undefined): Form {
  if (!vi && !vj) return onesForm(i, j);
  const x = vi ?? onesForm(i);
  const y = vj ?? onesForm(j);
  const plain = productForm(x, flipped(y));
  const symmetric = vi && vj && sameForm(vi, vj);
  const [a, b] = [timesOnes(x, i), timesOnes(y, j)];
  if (symmetric) return fixed(plain.e);
  if (!a || !b || (!a.inner && !b.inner)) return plain;
  // (A*1)(B*1)' = A*ones(p,q)*B'
  const middle = call('ones', a.size, b.size);
  const turned = call('ones', b.size, a.size);
  const e = [a.inner?.e, middle, b.inner?.t].filter((x) => x !== undefined).reduce(productOf);
  const t = [b.inner?.e, turned, a.inner?.t].filter((x) => x !== undefined).reduce(productOf);
  return cheapest(plain, form(e, t));
}

/** The matrix A and the size n of a vector A*ones(n). */
function timesOnes(v: Form, at: Index): { inner: Form | undefined; size: Expression } | undefined {
  const { e } = v;
  if (e.kind === 'call' && e.name === 'ones') return { inner: undefined, size: sizeExpression(at.size) };
  if (e.kind !== 'binary' || e.op !== '*' || e.right.kind !== 'call' || e.right.name !== 'ones') return undefined;
  return { inner: form(e.left), size: e.right.args[0]! };
}
