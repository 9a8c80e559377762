import { hessian, linalg, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  return x.sin().mul(y.cos()).add(x.square().add(y.square()).div(10));
};

const H = hessian(f)(tensor([1, 0.5]));
console.log(String(H));
console.log(String(linalg.eigvalsh(H)));
