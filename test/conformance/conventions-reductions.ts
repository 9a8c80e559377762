// The values chosen where a reduction or an order statistic has a kink, a tie, a zero or an infinity. `behaviour` is the
// number in the list of behaviours that users of PyTorch and JAX rely on; `ours` is what `check` asserts.
import { grad, jacobian, mul, type Tensor, tensor } from '../../src/index.ts';
import { cummax, cummin } from '../../src/ops/cumulative-extremes.ts';
import { max, min } from '../../src/ops/extremes.ts';
import { norm } from '../../src/ops/norm.ts';
import { sqrt } from '../../src/ops/power.ts';
import { median } from '../../src/ops/quantiles.ts';
import { prod, sum } from '../../src/ops/reduction.ts';
import { logsumexp, softmax } from '../../src/ops/softmax.ts';
import { sort, topk } from '../../src/ops/sorting.ts';
import { std } from '../../src/ops/statistics.ts';

type ScalarFunction = (x: Tensor) => Tensor;

const point = (values: readonly number[]): Tensor => tensor([...values], { dtype: 'float64' });
const gradient = (f: ScalarFunction, at: readonly number[]): number[] => grad(f)(point(at)).toArray();
const hessian = (f: ScalarFunction, at: readonly number[]): number[][] => jacobian(grad(f))(point(at)).toArray();
/** The sum with weights 1, 2, 3, …, which tells the entries of a result apart. */
const weighted = (y: Tensor): Tensor => sum(mul(y, point(Array.from({ length: y.size }, (_, i) => i + 1))));

function expectNear(actual: unknown, expected: unknown): void {
  const [a, e] = [[actual], [expected]].map((v) => v.flat(9) as number[]) as [number[], number[]];
  const near = (x: number, y: number) => Object.is(x, y) || Math.abs(x - y) <= 1e-12;
  if (a.length !== e.length || !a.every((x, i) => near(x, e[i]!))) {
    throw new Error(`[${a}] is not [${e}]`);
  }
}

export const rows: { behaviour: number; at: string; ours: string; why: string; check: () => void }[] = [
  {
    behaviour: 151,
    at: 'max() and amax of ties',
    ours: 'shared equally',
    why: 'the subgradient of least norm',
    check: () => {
      expectNear(gradient(max, [1, 3, 3]), [0, 0.5, 0.5]);
      expectNear(gradient(min, [1, 3, 1, 1]), [1 / 3, 0, 1 / 3, 1 / 3]);
    },
  },
  {
    behaviour: 152,
    at: 'max along an axis, ties',
    ours: 'shared equally',
    why: 'the same rule with and without an axis',
    check: () =>
      expectNear(
        gradient((x) => sum(max(x.mul(point([1, 1])), 0)), [2, 2]),
        [0.5, 0.5],
      ),
  },
  {
    behaviour: 153,
    at: 'max with NaN',
    ours: 'the value is NaN; the NaNs share the gradient',
    why: 'a NaN is a tie with every other NaN, and nothing else is the maximum',
    check: () => {
      expectNear(max(point([NaN, NaN])).item(), NaN);
      expectNear(gradient(max, [NaN, NaN]), [0.5, 0.5]);
      expectNear(gradient(max, [1, NaN, 2]), [0, 1, 0]);
    },
  },
  {
    behaviour: 154,
    at: 'cummax and cummin, ties',
    ours: 'the latest of the equal elements',
    why: 'as PyTorch: each result depends on one place, and the running place never goes back',
    check: () => {
      expectNear(
        gradient((x) => weighted(cummax(x, 0)), [1, 1, 0]),
        [1, 5, 0],
      );
      expectNear(
        gradient((x) => weighted(cummin(x, 0)), [1, 1, 2]),
        [1, 5, 0],
      );
    },
  },
  {
    behaviour: 156,
    at: 'sort and topk, ties',
    ours: 'the stable permutation',
    why: 'the derivative of reading through the permutation that was used',
    check: () => {
      expectNear(
        gradient((x) => weighted(sort(x)), [2, 1, 2]),
        [2, 1, 3],
      );
      expectNear(
        gradient((x) => weighted(topk(x, 1)[0]), [2, 1, 2]),
        [1, 0, 0],
      );
    },
  },
  {
    behaviour: 157,
    at: 'median of [1, 2, 2, 3]',
    ours: 'the midpoint, ½ to each of the two middle elements',
    why: "NumPy's median",
    check: () => {
      expectNear(median(point([1, 2, 2, 3])).item(), 2);
      expectNear(gradient(median, [1, 2, 2, 3]), [0, 0.5, 0.5, 0]);
    },
  },
  {
    behaviour: 158,
    at: '2-norm and Frobenius norm at 0',
    ours: '0, at every order',
    why: 'the subgradient of least norm',
    check: () => {
      expectNear(
        gradient((x) => norm(x), [0, 0]),
        [0, 0],
      );
      expectNear(
        gradient((x) => norm(x, 'fro'), [0, 0]),
        [0, 0],
      );
      expectNear(
        hessian((x) => norm(x), [0, 0]),
        [0, 0, 0, 0],
      );
    },
  },
  {
    behaviour: 159,
    at: '1-norm at a 0 entry',
    ours: '0',
    why: 'the subgradient of least norm',
    check: () =>
      expectNear(
        gradient((x) => norm(x, 1), [0, -2, 3]),
        [0, -1, 1],
      ),
  },
  {
    behaviour: 160,
    at: 'inf-norm, ties',
    ours: 'shared equally, with signs',
    why: 'the subgradient of least norm',
    check: () => {
      expectNear(
        gradient((x) => norm(x, Infinity), [-3, 1, 3]),
        [-0.5, 0, 0.5],
      );
      expectNear(
        gradient((x) => norm(x, -Infinity), [-1, 1, 3]),
        [-0.5, 0.5, 0],
      );
      expectNear(
        gradient((x) => norm(x, Infinity), [0, 0]),
        [0, 0],
      );
    },
  },
  {
    behaviour: 161,
    at: 'sqrt(sum x²) written out, at 0',
    ours: 'NaN',
    why: 'the slope of the root is infinite and that of the square 0: only norm(x) knows what is meant',
    check: () =>
      expectNear(
        gradient((x) => sqrt(sum(mul(x, x))), [0, 0]),
        [NaN, NaN],
      ),
  },
  {
    behaviour: 162,
    at: 'std of a constant',
    ours: '0',
    why: 'a norm of deviations that are all 0',
    check: () =>
      expectNear(
        gradient((x) => std(x), [2, 2, 2]),
        [0, 0, 0],
      ),
  },
  {
    behaviour: 167,
    at: 'prod with one or two zeros',
    ours: 'exact',
    why: 'products of the others, without a division',
    check: () => {
      expectNear(
        gradient((x) => prod(x), [2, 0, 3]),
        [0, 6, 0],
      );
      expectNear(
        gradient((x) => prod(x), [2, 0, 0]),
        [0, 0, 0],
      );
    },
  },
  {
    behaviour: 168,
    at: 'second derivative of prod with two zeros',
    ours: 'the product of the rest',
    why: 'the recurrence behind it is differentiated again',
    check: () =>
      expectNear(
        hessian((x) => prod(x), [2, 0, 0, 3]),
        [
          [0, 0, 0, 0],
          [0, 0, 6, 0],
          [0, 6, 0, 0],
          [0, 0, 0, 0],
        ],
      ),
  },
  {
    behaviour: 172,
    at: 'logsumexp of nothing but −∞',
    ours: '−∞ with gradient 0, at every order',
    why: 'the weights of a sum of zeros are taken as 0; softmax of such a row is all 0, too',
    check: () => {
      expectNear(logsumexp(point([-Infinity, -Infinity])).item(), -Infinity);
      expectNear(
        gradient((x) => logsumexp(x), [-Infinity, -Infinity]),
        [0, 0],
      );
      expectNear(softmax(point([-Infinity, -Infinity])).toArray(), [0, 0]);
    },
  },
  {
    behaviour: 173,
    at: 'logsumexp with one −∞; masked softmax',
    ours: '0 at the −∞, at every order',
    why: 'the limit',
    check: () => {
      expectNear(
        gradient((x) => logsumexp(x), [0, -Infinity, 0]),
        [0.5, 0, 0.5],
      );
      expectNear(
        hessian((x) => logsumexp(x), [0, -Infinity, 0]),
        [0.25, 0, -0.25, -0, 0, -0, -0.25, 0, 0.25],
      );
      expectNear(
        gradient((x) => weighted(softmax(x)), [0, -Infinity, 0]),
        [-0.5, 0, 0.5],
      );
    },
  },
];
