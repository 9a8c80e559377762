import { jacobian, jvp, type Tensor, tensor, vjp } from 'nabla';

const W = tensor([1, -2, 0.5, 1, -1, 0.5]).reshape([3, 2]);
const f = (x: Tensor) => W.matmul(x).tanh(); // R² → R³
const g = (u: Tensor) => u.square().sum(); // R³ → R
const x = tensor([0.4, 0.1]);

const [, dy] = jvp(f, [x], [tensor([1, 0])]);
console.log(String(dy)); // J v: a column
const [, pullback] = vjp(f, x);
console.log(String(pullback(tensor([1, 0, 0]))[0])); // uᵀ J: a row
const product = jacobian(g)(f(x)).matmul(jacobian(f)(x));
console.log(String(product)); // the chain rule
