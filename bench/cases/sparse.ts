// Cases n: sparse derivatives. `plan` detects the pattern and colours it; `evaluate` takes as many products as there are
// colours. The first result of either is [entries, products with J, products with Jᵀ], which the reference must agree with.
import { gradientProgram } from '../../src/structured/pattern-detection.ts';
import { planSparse, type SparsePlan } from '../../src/structured/sparse-plan.ts';
import type { Case } from '../case.ts';
import { uniform } from '../inputs.ts';
import type { Nabla, NablaTensor } from '../nabla.ts';

interface Problem {
  readonly name: string;
  readonly title: string;
  readonly shape: readonly number[];
  readonly f: (nabla: Nabla, x: NablaTensor) => NablaTensor;
  /** Of a scalar function; else the Jacobian. */
  readonly hessian?: boolean;
  /** No plan may take more products. */
  readonly products: number;
}

const problems: readonly Problem[] = [
  {
    name: 'brusselator',
    title: 'Jacobian of the Brusselator, 2 fields, 32×32, periodic',
    shape: [2, 32, 32],
    products: 12,
    f: ({ roll, stack }, x) => {
      const [u, v] = [x.at(0), x.at(1)] as [NablaTensor, NablaTensor];
      const laplace = (a: NablaTensor) =>
        roll(a, 1, 0)
          .add(roll(a, -1, 0))
          .add(roll(a, 1, 1))
          .add(roll(a, -1, 1))
          .sub(a.mul(4));
      const reaction = u.mul(u).mul(v);
      return stack([
        reaction.sub(u.mul(4.4)).add(1).add(laplace(u).mul(10)),
        u.mul(3.4).sub(reaction).add(laplace(v).mul(10)),
      ]);
    },
  },
  {
    name: 'tridiagonal',
    title: "Jacobian of Broyden's tridiagonal function, n = 100,000",
    shape: [100_000],
    products: 3,
    f: ({ pad }, x) => {
      const n = x.shape[0]!;
      const wide = pad(x, [[1, 1]]);
      return x
        .mul(x.mul(-2).add(3))
        .sub(wide.at([0, n]))
        .sub(wide.at([2, n + 2]).mul(2))
        .add(1);
    },
  },
  {
    name: 'arrowhead',
    title: 'Hessian of an arrowhead function, n = 10,000',
    shape: [10_000],
    hessian: true,
    products: 2,
    f: (_, x) => x.at([1, null]).square().sub(x.at(0)).square().sum(),
  },
];

function planOf({ f, hessian, name, products }: Problem, nabla: Nabla, x: NablaTensor): SparsePlan {
  const traced = nabla.trace((v: NablaTensor) => f(nabla, v))(x);
  const program = hessian ? gradientProgram(traced, [0]) : traced;
  const plan = planSparse({ program, input: 0, output: 0, symmetric: hessian ?? false });
  if (!plan || plan.colours > products)
    throw new Error(`${name}: ${plan?.colours ?? 'no'} products, ${products} expected`);
  return plan;
}

const counts = (nabla: Nabla, { entries, products }: SparsePlan): NablaTensor =>
  nabla.tensor([entries, products.forward, products.reverse], { dtype: 'float64' });

export const sparse: readonly Case[] = problems.flatMap((problem): Case[] => {
  const common = {
    group: 'structured',
    inputs: { x: uniform(1, problem.shape, 0.5, 1.5) },
    dtype: 'float64',
    tolerance: 1e-12,
    program: 'sparse',
  } as const;
  return [
    {
      ...common,
      id: `n ${problem.name} plan`,
      title: `${problem.title}: pattern and colouring, at most ${problem.products} products`,
      nabla: (nabla, { x }) => {
        return () => [counts(nabla, planOf(problem, nabla, x!))];
      },
    },
    {
      ...common,
      id: `n ${problem.name}`,
      title: `${problem.title}: the entries`,
      nabla: (nabla, { x }) => {
        const plan = planOf(problem, nabla, x!);
        return () => [counts(nabla, plan), plan.evaluate([x!]).values];
      },
    },
  ];
});
