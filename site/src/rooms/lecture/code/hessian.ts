import { hessian, linalg, type Tensor, tensor } from 'nabla';

const f = (p: Tensor) => {
  const [x, y] = [p.at(0), p.at(1)];
  const bowl = p.square().sum().div(10);
  return x.sin().mul(y.cos()).add(bowl);
};

const H = hessian(f)(tensor([1, 0.5]));
console.log(String(H));
console.log(String(linalg.eigvalsh(H)));
