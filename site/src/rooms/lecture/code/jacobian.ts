import { jacobian, stack, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  const u = x.add(y.mul(1.5).sin().mul(0.4));
  const v = y.add(x.square().mul(0.3));
  return stack([u, v, x.mul(y)]);
};

const p = tensor([1, 0.5]);
console.log(String(jacobian(f)(p)));
console.log(jacobian(f)(p).shape);
