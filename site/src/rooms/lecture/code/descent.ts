import { grad, hessian, linalg, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  const offValley = y.sub(x.square()).square();
  return x.sub(1).square().add(offValley.mul(5));
};
const start = tensor([-1, 2], { dtype: 'float64' });

let x: Tensor = start;
for (let k = 0; k < 100; k++) x = x.sub(grad(f)(x).mul(0.02));
console.log('descent', String(x));
console.log(String(f(x)));

x = start;
for (let k = 0; k < 6; k++) {
  x = x.sub(linalg.solve(hessian(f)(x), grad(f)(x)));
}
console.log('Newton ', String(x));
console.log(String(f(x)));
