// What a product of factors costs in its best order.
import type { Factor, Index } from '../calculus/net.ts';
import { networkCost } from './network.ts';
import { sizeOfIndex } from './term.ts';

/** Floating-point operations of a product. */
export function productCost(factors: readonly Factor[], out: readonly Index[]): number {
  const labels = new Map<Index, number>();
  const sizes: number[] = [];
  const name = (index: Index): number => {
    if (!labels.has(index)) {
      labels.set(index, sizes.length);
      sizes.push(sizeOfIndex(index));
    }
    return labels.get(index)!;
  };
  const wanted = out.map(name);
  const lists = factors.filter(({ at }) => at.length > 0).map(({ at }) => [...new Set(at.map(name))]);
  return lists.length === 0 ? 1 : networkCost(lists, wanted, (label) => sizes[label]!);
}
