// Trees of tensors through files: what is saved is loaded, structure, order of keys, shapes, dtypes and bits.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError, load, loadNpy, loadNpz, save, saveNpy, saveNpz } from '../../src/data/index.ts';
import type { RawArray } from '../../src/data/raw-array.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/data/safetensors.ts';
import { arange, jit, Tensor, tensor, tree } from '../../src/index.ts';
import type { Tree } from '../../src/tensor/tree.ts';
import { rawArray } from './arbitrary.ts';
import { arrayFiles, expectedArray, expectedArrays, fixture } from './fixtures.ts';

const seed = 1009;

const leaf: fc.Arbitrary<Tensor> = rawArray.map(({ values, shape, dtype }: RawArray) =>
  tensor(values, { shape, dtype }),
);
const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.constantFrom('', '.', '\\', 'a.b', '0', '1', '__metadata__', '__proto__', 'tensor'),
);
const { node: anyTree } = fc.letrec<{ node: Tree<Tensor> }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('node')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

/** Everything that matters about a tree, comparable by toStrictEqual; the entries show the order of the keys. */
function described(node: unknown): unknown {
  if (node instanceof Tensor) return [node.dtype, node.shape, node.toTypedArray()];
  if (Array.isArray(node)) return node.map(described);
  return { entries: Object.entries(node as object).map(([name, child]) => [name, described(child)]) };
}

const zeros = tensor([0, 0]);
const namesOf = (bytes: Uint8Array) => Object.keys(decodeSafetensors(bytes).tensors).sort();
const written = (...names: string[]) =>
  encodeSafetensors(
    Object.fromEntries(names.map((name) => [name, { shape: [], dtype: 'int32', values: Int32Array.of(1) }])),
  );
const structure = (node: unknown) => tree.map((x: Tensor) => x.item(), node);

describe('safetensors', () => {
  test('any tree comes back as it was', () => {
    fc.assert(
      fc.property(anyTree, (node) => {
        expect(described(load(save(node)))).toStrictEqual(described(node));
      }),
      { seed, numRuns: 300 },
    );
  });

  test('without the structure, as another program would write them, names keep every tensor', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(key, fc.string({ unit: fc.constantFrom('a', '.', '0', '1', '\\') })), { maxLength: 6 }),
        (names) => {
          const kept = names.filter((name) => name !== '__metadata__');
          expect(tree.leaves(load(written(...kept)))).toHaveLength(kept.length);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  test('without the structure, a tree of lists and objects is read from its names', () => {
    const node = { layers: [{ w: tensor([1]), b: tensor([2]) }, { 'a.b\\': tensor([3]) }], 7: tensor([4]) };
    const { tensors } = decodeSafetensors(save(node));
    expect(structure(load(encodeSafetensors(tensors)))).toEqual({ layers: [{ w: 1, b: 2 }, { 'a.b\\': 3 }], 7: 4 });
  });

  test('names are paths', () => {
    expect(namesOf(save({ layers: [{ w: zeros }, { w: zeros }], 'a.b': zeros }))).toEqual([
      'a\\.b',
      'layers.0.w',
      'layers.1.w',
    ]);
    expect(namesOf(save(zeros))).toEqual(['tensor']);
  });

  test('names of other programs become lists where they count from 0, and objects elsewhere', () => {
    expect(structure(load(written('f.0.w', 'f.1.w', 'f.2.w')))).toEqual({ f: [{ w: 1 }, { w: 1 }, { w: 1 }] });
    expect(structure(load(written('f.0.w', 'f.2.w')))).toEqual({ f: { 0: { w: 1 }, 2: { w: 1 } } });
    expect(structure(load(written('a', 'a.b')))).toEqual({ a: 1, 'a.b': 1 });
  });

  test('a structure that no longer fits the tensors is not followed', () => {
    const { tensors, metadata } = decodeSafetensors(save([zeros, zeros]));
    const more = encodeSafetensors({ ...tensors, extra: tensors['0']! }, metadata);
    expect(Object.keys(load(more))).toEqual(['0', '1', 'extra']);
    expect(() => load(encodeSafetensors({}, { 'nabla.tree': '{' }))).toThrow(FormatError);
  });

  test('a file of another program is read', () => {
    const expected = expectedArrays('others.safetensors');
    const loaded = load(fixture('others.safetensors'));
    expect(tree.leaves(loaded)).toHaveLength(Object.keys(expected).length);
  });

  test('views are saved as what they show, tensors on the tape without it', () => {
    const x = arange(6).reshape([2, 3]);
    const w = tensor([1, 2], { requiresGrad: true });
    const loaded = load(save([x.t(), x.at(':', [null, null, -1]), w.mul(2)])) as Tensor[];
    expect(loaded.map((y) => y.toArray())).toEqual([
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
      [
        [2, 1, 0],
        [5, 4, 3],
      ],
      [2, 4],
    ]);
    expect(loaded[2]?.requiresGrad).toBe(false);
  });

  test('an ArrayBuffer is read, and the bytes may be reused', () => {
    const bytes = save({ x: tensor([1, 2]) });
    const loaded = load(bytes.buffer as ArrayBuffer) as { x: Tensor };
    bytes.fill(0);
    expect(loaded.x.toArray()).toEqual([1, 2]);
  });

  test('what is no tensor is named', () => {
    expect(() => save({ layers: [{ lr: 3 }] } as never)).toThrow(
      'save: expected a tensor at layers.0.lr, got a number.\n  hint: wrap numbers: tensor(3)',
    );
    expect(() => load('file.safetensors' as never)).toThrow('load: expected the bytes of a file');
    expect(() => jit((x: Tensor) => loadNpy(saveNpy(x)))(zeros)).toThrow('saveNpy: a value of shape [2] inside');
  });
});

describe('NumPy', () => {
  test.each(arrayFiles)('%s is read', (file) => {
    const { shape, dtype, values } = expectedArray(file);
    const x = loadNpy(fixture(file));
    expect([x.shape, x.dtype, x.toTypedArray()]).toStrictEqual([shape, dtype, values]);
  });

  test('any tensor comes back from .npy, any named tensors from .npz', () => {
    fc.assert(
      fc.property(leaf, fc.dictionary(fc.string(), leaf, { maxKeys: 3 }), (x, named) => {
        expect(described(loadNpy(saveNpy(x)))).toStrictEqual(described(x));
        expect(described(loadNpz(saveNpz(named)))).toStrictEqual(described(named));
      }),
      { seed },
    );
  });

  test('views are saved as what they show', () => {
    const x = arange(6).reshape([2, 3]);
    expect(loadNpy(saveNpy(x.t())).toArray()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  test('what is no tensor is named', () => {
    expect(() => saveNpy([1, 2] as never)).toThrow('saveNpy: expected a tensor to save, got an object.');
    expect(() => saveNpz(zeros as never)).toThrow('saveNpz: expected an object of named tensors.');
    expect(() => saveNpz({ x: null } as never)).toThrow("saveNpz: expected a tensor under 'x', got null.");
  });
});
