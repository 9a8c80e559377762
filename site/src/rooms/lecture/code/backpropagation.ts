import { tensor } from 'nabla';

const w = tensor(0.5, { requiresGrad: true });
const b = tensor(-1, { requiresGrad: true });
const [x, y] = [2, 1];

const loss = w.mul(x).add(b).sigmoid().sub(y).square();
loss.backward();
console.log(loss.item());
console.log(String(w.grad), String(b.grad));
