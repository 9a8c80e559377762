import { grad, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  const bowl = p.square().sum().div(10);
  return x.sin().mul(y.cos()).add(bowl);
};

const p = tensor([1, 0.5]);
console.log(String(f(p)));
console.log(String(grad(f)(p)));
