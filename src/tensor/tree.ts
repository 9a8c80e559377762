// Trees: nested arrays and plain objects with tensors (or anything else) at the leaves. Object keys keep their order.

export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

export type TreeShape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'list'; readonly items: readonly TreeShape[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly TreeShape[] };

const leafShape: TreeShape = { kind: 'leaf' };

function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false;
  const prototype = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

/** The leaves in order, and the structure that puts them back. */
export function flatten(tree: unknown): { leaves: unknown[]; shape: TreeShape } {
  const leaves: unknown[] = [];
  const visit = (node: unknown): TreeShape => {
    if (Array.isArray(node)) return { kind: 'list', items: node.map(visit) };
    if (isPlainObject(node)) {
      const keys = Object.keys(node);
      return { kind: 'object', keys, items: keys.map((key) => visit(node[key])) };
    }
    leaves.push(node);
    return leafShape;
  };
  const shape = visit(tree);
  return { leaves, shape };
}

/** The tree of structure `shape` with the given leaves. */
export function unflatten(shape: TreeShape, leaves: readonly unknown[]): unknown {
  let next = 0;
  const build = (s: TreeShape): unknown => {
    if (s.kind === 'leaf') return leaves[next++];
    if (s.kind === 'list') return s.items.map(build);
    return Object.fromEntries(s.keys.map((key, i) => [key, build(s.items[i]!)]));
  };
  return build(shape);
}

export function leaves(tree: unknown): unknown[] {
  return flatten(tree).leaves;
}

/** Readable structure with `*` at the leaves: `[*, {w: *, b: *}]`. */
export function showTree(s: TreeShape): string {
  if (s.kind === 'leaf') return '*';
  const items = s.items.map(showTree);
  if (s.kind === 'list') return `[${items.join(', ')}]`;
  return `{${s.keys.map((key, i) => `${key}: ${items[i]}`).join(', ')}}`;
}

export function sameTree(a: TreeShape, b: TreeShape): boolean {
  if (a.kind === 'leaf' || b.kind === 'leaf') return a.kind === b.kind;
  if (a.kind !== b.kind || a.items.length !== b.items.length) return false;
  if (a.kind === 'object' && b.kind === 'object' && a.keys.some((key, i) => key !== b.keys[i])) return false;
  return a.items.every((item, i) => sameTree(item, b.items[i]!));
}

/** Applies `f` to corresponding leaves; the structure is the first tree's. */
export function map(f: (...leaves: never[]) => unknown, tree: unknown, ...rest: readonly unknown[]): unknown {
  const first = flatten(tree);
  const others = rest.map((t) => {
    const other = flatten(t);
    if (!sameTree(first.shape, other.shape)) {
      throw new TypeError(`tree.map: structures ${showTree(first.shape)} and ${showTree(other.shape)} differ.`);
    }
    return other.leaves;
  });
  const apply = f as (...leaves: unknown[]) => unknown;
  return unflatten(
    first.shape,
    first.leaves.map((leaf, i) => apply(leaf, ...others.map((o) => o[i]))),
  );
}
