// The check of a gradient that is too long for differences one by one: along one random direction v of length 1,
//   ⟨∇loss(p), v⟩ = (loss(p + h v) − loss(p − h v)) / 2h + O(h²).
import { grad, random, type Tensor, tree } from '../../index.ts';
import { showNumber } from '../numbers.ts';
import type { Page } from './page.ts';

const STEP = 1e-6;

type Loss<P> = (params: P, x: Tensor, digit: Tensor) => Tensor;

interface Example {
  readonly x: Tensor;
  readonly digit: Tensor;
  readonly seed: number;
}

export function checkDirection<P>(page: Page, loss: Loss<P>, start: P, { x, digit, seed }: Example): void {
  const params = tree.map((leaf: Tensor) => leaf.to('float64'), start) as P;
  const direction = randomDirection(params, seed);
  const along = (t: number) => {
    const moved = tree.map((p: Tensor, v: Tensor) => p.add(v.mul(t)), params, direction) as P;
    return Number(loss(moved, x.to('float64'), digit).item());
  };
  const gradient = grad(loss as Loss<unknown>)(params, x.to('float64'), digit);
  const slope = total(tree.map((g: Tensor, v: Tensor) => g.mul(v).sum(), gradient, direction));
  const difference = (along(STEP) - along(-STEP)) / (2 * STEP);
  const size = (tree.leaves(start) as Tensor[]).reduce((sum, leaf) => sum + leaf.size, 0);
  page.say(
    `Its gradient has ${size.toLocaleString('en-US')} entries, too many for differences one by one. So one random direction v of length 1 has to do, in float64: how fast does the loss change along v?`,
  );
  page.lines([
    `gradient · v                            ${showNumber(slope, 9)}`,
    `(loss(p + h v) − loss(p − h v)) / 2h    ${showNumber(difference, 9)}`,
  ]);
  page.checkError('the slope against the difference', Math.abs(slope - difference), 1e-7);
}

function randomDirection<P>(like: P, seed: number): P {
  const key = random.foldIn(random.key(seed), 1);
  let leaves = 0;
  const draw = (leaf: Tensor) => random.normal(random.foldIn(key, leaves++), leaf.shape, { dtype: 'float64' });
  const direction = tree.map(draw, like);
  const length = Math.sqrt(total(tree.map((v: Tensor) => v.square().sum(), direction)));
  return tree.map((v: Tensor) => v.div(length), direction) as P;
}

const total = (scalars: unknown): number =>
  (tree.leaves(scalars) as Tensor[]).reduce((sum, x) => sum + Number(x.item()), 0);
