// The figure about descent: the paths of gradient descent and of Newton's method through the bent valley.
import { hessian, linalg, type Tensor, valueAndGrad } from 'nabla';
import type { Point } from '../geometry.ts';
import { surface, toPoint, vector } from './surfaces.ts';

export interface Step {
  readonly point: Point;
  readonly value: number;
}

export interface Paths {
  readonly descent: readonly Step[];
  readonly newton: readonly Step[];
}

const farAway = 1e6;

export function descent({ start, rate }: { readonly start: Point; readonly rate: number }): Paths {
  const f = surface('valley');
  const withGradient = valueAndGrad(f);
  const H = hessian(f);

  function walk(steps: number, next: (x: Tensor, g: Tensor) => Tensor): Step[] {
    const path: Step[] = [];
    let x = vector(start);
    for (let step = 0; step <= steps; step++) {
      const [value, g] = withGradient(x) as [Tensor, Tensor];
      path.push({ point: toPoint(x), value: value.item() as number });
      if (!(Math.abs(value.item() as number) < farAway) || (value.item() as number) < 1e-24) break;
      x = next(x, g);
    }
    return path;
  }
  return {
    descent: walk(100, (x, g) => x.sub(g.mul(rate))),
    newton: walk(12, (x, g) => x.sub(linalg.solve(H(x) as Tensor, g))),
  };
}
