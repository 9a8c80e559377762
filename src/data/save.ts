// Trees of tensors as files. safetensors holds named tensors only, in an order of its own; the structure of the tree, with
// the order of its keys and its empty parts, travels beside them in the metadata, where other programs ignore it.

import type { Tensor } from '../tensor/tensor.ts';
import { flatten, leaves, map, type Tree } from '../tensor/tree.ts';
import { FormatError } from './format-error.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { asBytes, type Bytes, fromRaw, toRaw } from './tensors.ts';
import { nameLeaves, treeOfNames } from './tree-names.ts';

const STRUCTURE = 'nabla.tree';

/**
 * The bytes of a safetensors file with all tensors of a tree. Names are paths: `{layers: [{w}]}` is stored as `layers.0.w`.
 * Values, shapes and dtypes are kept, the tape is not. Throws ArgumentError for leaves that are no tensors.
 *
 * @example
 * writeFileSync('model.safetensors', save({ w, b }))
 */
export function save(tree: Tree<Tensor>): Uint8Array {
  const { leaves: tensors, shape } = flatten(tree);
  const names = nameLeaves(shape);
  const arrays = (leaves(names) as string[]).map((name, i) => [name, toRaw('save', `at ${name}`, tensors[i])]);
  return encodeSafetensors(Object.fromEntries(arrays), { [STRUCTURE]: JSON.stringify(names) });
}

/**
 * The tree of tensors in the bytes of a safetensors file: the one that was saved, or, where another program wrote the file,
 * the one that its names describe (`layers.0.w`). Throws FormatError for malformed bytes.
 *
 * @example
 * const { w, b } = load(readFileSync('model.safetensors')) as { w: Tensor; b: Tensor }
 */
export function load(bytes: Bytes): Tree<Tensor> {
  const { tensors, metadata } = decodeSafetensors(asBytes('load', bytes));
  const names = savedStructure(metadata[STRUCTURE], Object.keys(tensors)) ?? treeOfNames(Object.keys(tensors));
  return map((name: string) => fromRaw(tensors[name]!), names) as Tree<Tensor>;
}

/** The tree of names, unless tensors were added, renamed or removed since it was written. */
function savedStructure(text: string | undefined, names: readonly string[]): Tree<string> | undefined {
  if (text === undefined) return undefined;
  let structure: unknown;
  try {
    structure = JSON.parse(text);
  } catch {
    throw new FormatError(`safetensors: the metadata ${STRUCTURE} is not JSON.`);
  }
  const used = leaves(structure);
  const known = new Set<unknown>(names);
  const complete = used.length === names.length && used.every((name) => known.delete(name));
  return complete ? (structure as Tree<string>) : undefined;
}
