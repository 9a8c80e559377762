import { grad, hessian, linalg, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.neg().add(1).square().add(y.sub(x.square()).square().mul(5));
};

let x: Tensor = tensor([-1, 2], { dtype: 'float64' });
for (let step = 0; step < 100; step++) x = x.sub(grad(f)(x).mul(0.02));
console.log('descent', String(x), f(x).item());

x = tensor([-1, 2], { dtype: 'float64' });
for (let step = 0; step < 6; step++) x = x.sub(linalg.solve(hessian(f)(x), grad(f)(x)));
console.log('Newton ', String(x), f(x).item());
