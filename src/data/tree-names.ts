// Names for the leaves of a tree, and the tree back from the names. The path to a leaf, joined by dots, is its name, as in
// PyTorch's state dicts: {layers: [{w}]} has the leaf `layers.0.w`. A dot inside a key is written `\.` and `\` is `\\`.
import type { Tree, TreeShape } from '../tensor/tree.ts';

type Step = string | number;

/** Reserved by safetensors, so a key of this name is escaped. */
const RESERVED = '__metadata__';
/** The name of a tree that is a single leaf. */
const ROOT = 'tensor';

const nameOf = (path: readonly Step[]): string =>
  path.length === 0
    ? ROOT
    : path
        .map((step) =>
          step === RESERVED ? `\\${RESERVED}` : String(step).replace(/[\\.]/g, (special) => `\\${special}`),
        )
        .join('.');

/** The tree of the given structure with the name of each leaf at its place; no two are equal. */
export function nameLeaves(shape: TreeShape, path: readonly Step[] = []): Tree<string> {
  if (shape.kind === 'leaf') return nameOf(path);
  if (shape.kind === 'list') return shape.items.map((item, i) => nameLeaves(item, [...path, i]));
  return Object.fromEntries(shape.keys.map((key, i) => [key, nameLeaves(shape.items[i]!, [...path, key])]));
}

interface Branch {
  readonly children: Map<string, string | Branch>;
}

/**
 * The tree that names alone describe: dots separate keys, and the keys 0, 1, …, n − 1 make a list. Where two names cannot
 * both be paths, as `a` and `a.b`, no name is split.
 */
export function treeOfNames(names: readonly string[]): Tree<string> {
  const paths = names.map(splitName);
  const places = new Set(paths.map((path) => JSON.stringify(path)));
  const within = (path: readonly string[]) =>
    path.slice(1).some((_, i) => places.has(JSON.stringify(path.slice(0, i + 1))));
  if (places.size < names.length || paths.some(within)) return Object.fromEntries(names.map((name) => [name, name]));
  const root: Branch = { children: new Map() };
  paths.forEach((path, i) => {
    let branch = root;
    for (const step of path.slice(0, -1)) {
      const next = (branch.children.get(step) as Branch | undefined) ?? { children: new Map() };
      branch.children.set(step, next);
      branch = next;
    }
    branch.children.set(path.at(-1)!, names[i]!);
  });
  return build(root);
}

function build({ children }: Branch): Tree<string> {
  const entries = [...children].map(([key, child]): [string, Tree<string>] => [
    key,
    typeof child === 'string' ? child : build(child),
  ]);
  const isList = entries.length > 0 && entries.every((_, i) => children.has(String(i)));
  return isList
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child)
    : Object.fromEntries(entries);
}

/** The steps of a name: split at dots that no backslash protects. */
function splitName(name: string): string[] {
  const steps: string[] = [];
  let step = '';
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '.') {
      steps.push(step);
      step = '';
    } else {
      if (name[i] === '\\' && i + 1 < name.length) i++;
      step += name[i];
    }
  }
  return [...steps, step];
}
