import { grad, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.sin().mul(y.cos()).add(x.square().add(y.square()).div(10));
};

const p = tensor([1, 0.5]);
console.log(String(f(p)));
console.log(String(grad(f)(p)));
