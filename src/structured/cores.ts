// Two cores with deltas as one. Cores of the same deltas add up entry by entry. Where one has all deltas of the other and
// more, the others become identities in its core: a diagonal becomes part of the blocks.
import { add } from '../ops/arithmetic.ts';
import { permute } from '../ops/movement.ts';
import { where } from '../ops/select.ts';
import { broadcastInto, reshapeTo } from '../ops/spread.ts';
import { eye } from '../tensor/create.ts';
import { sizeOf } from '../tensor/layout.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Labels are positions in `sizes`; in each list a label occurs once. Labels that `core` lacks stand in both `out` and `in`. */
export interface Labelling {
  readonly sizes: readonly number[];
  readonly out: readonly number[];
  readonly in: readonly number[];
  readonly core: readonly number[];
}

export interface Core {
  readonly core: Tensor;
  readonly labels: Labelling;
}

/** A sum with more elements stays a sum. */
const MOST_ELEMENTS = 3e7;

/** One core for both; undefined where neither has all deltas of the other. */
export function joinCores(a: Core, b: Core): Core | undefined {
  return joinedTo(a, b) ?? joinedTo(b, a);
}

/** `other` as part of `host`. */
function joinedTo(host: Core, other: Core): Core | undefined {
  const { sizes, out, in: into, core } = host.labels;
  const { labels } = other;
  const ends = [...out, ...into];
  const theirs = [...labels.out, ...labels.in];
  const sizesAlong = (list: readonly number[], of: readonly number[]): number[] => list.map((l) => of[l]!);
  if (labels.out.length !== out.length || !sameShape(sizesAlong(ends, sizes), sizesAlong(theirs, labels.sizes))) {
    return undefined;
  }
  // Each label of the other stands at one or two places; the host has one label there, or two that an identity joins.
  const images = new Map<number, Set<number>>();
  theirs.forEach((label, k) => {
    images.set(label, (images.get(label) ?? new Set()).add(ends[k]!));
  });
  const first = (label: number): number => [...images.get(label)!][0]!;
  const joined = [...images.values()].flatMap((image) => [...image].slice(0, 2));
  if (joined.length !== new Set(joined).size) return undefined;
  const identities = [...images.values()].filter((image) => image.size === 2).map((image) => [...image]);
  const carried = labels.core.map(first);
  const all = [...new Set([...core, ...carried, ...identities.flat()])];
  const whole = sizesAlong(all, sizes);
  if (sizeOf(whole) > MOST_ELEMENTS) return undefined;
  const spread = (x: Tensor, list: readonly number[]): Tensor => {
    const order = all.filter((l) => list.includes(l));
    const moved = permute(
      x,
      order.map((l) => list.indexOf(l)),
    );
    return broadcastInto(
      reshapeTo(
        moved,
        all.map((l) => (list.includes(l) ? sizes[l]! : 1)),
      ),
      whole,
    );
  };
  const added = identities.reduce(
    (x, pair) => {
      const n = sizes[pair[0]!]!;
      return where(spread(eye(n, n, { dtype: 'bool' }), pair), x, 0);
    },
    spread(other.core, carried),
  );
  return { core: add(spread(host.core, core), added), labels: { sizes, out, in: into, core: all } };
}
