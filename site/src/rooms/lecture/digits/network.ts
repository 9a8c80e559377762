/**
 * The network that reads digits, p = softmax(relu(x W₁ + b₁) W₂ + b₂), its training by Adam on −log p of the right class, and
 * the derivative of its answer with respect to the pixels.
 */
import { grad, jit, logSoftmax, nn, optim, random, relu, type Tensor, tensor, valueAndGrad, zeros } from 'nabla';
import { type Digits, loadDigits, pixels } from './load.ts';
import { batchSize, hiddenUnits, type Leaves, type Model, side } from './model.ts';

interface Parameters {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

const shapes = { w1: [pixels, hiddenUnits], b1: [hiddenUnits], w2: [hiddenUnits, 10], b2: [10] };

const numbers = (x: Tensor): Float32Array => Float32Array.from(x.toTypedArray() as Float32Array);
const leavesOf = ({ w1, b1, w2, b2 }: Parameters): Leaves => [numbers(w1), numbers(b1), numbers(w2), numbers(b2)];
const treeOf = ([w1, b1, w2, b2]: Leaves): Parameters => ({
  w1: tensor(w1, { shape: shapes.w1 }),
  b1: tensor(b1, { shape: shapes.b1 }),
  w2: tensor(w2, { shape: shapes.w2 }),
  b2: tensor(b2, { shape: shapes.b2 }),
});

export function newModel(seed: number): Model {
  const [k1, k2] = random.split(random.key(seed), 2) as Tensor[] as [Tensor, Tensor];
  const parameters: Parameters = {
    w1: random.normal(k1, shapes.w1).mul(Math.sqrt(2 / pixels)),
    b1: zeros(shapes.b1),
    w2: random.normal(k2, shapes.w2).mul(Math.sqrt(2 / hiddenUnits)),
    b2: zeros(shapes.b2),
  };
  const leaves = leavesOf(parameters);
  const [a, b, c, d] = leaves;
  const nothing: Leaves = [
    new Float32Array(a.length),
    new Float32Array(b.length),
    new Float32Array(c.length),
    new Float32Array(d.length),
  ];
  return { seed, step: 0, parameters: leaves, means: nothing, squares: nothing };
}

function network({ w1, b1, w2, b2 }: Parameters, x: Tensor): Tensor {
  return relu(x.matmul(w1).add(b1)).matmul(w2).add(b2);
}

const loss = (parameters: Parameters, x: Tensor, label: Tensor): Tensor =>
  nn.crossEntropy(network(parameters, x), label);

const adam = optim.adam({ lr: 0.003 });

const trainingStep = jit((parameters: Parameters, state: optim.OptimizerState, x: Tensor, label: Tensor) => {
  const [value, gradient] = valueAndGrad(loss)(parameters, x, label);
  return [value, ...adam.update(gradient, state, parameters)] as const;
});

const scores = jit(network);

function accuracy(parameters: Parameters, { images, labels }: Digits): number {
  return scores(parameters, images).argmax(1).equal(labels).to('float32').mean().item() as number;
}

export interface TrainInput {
  /** Undefined: a new one. */
  readonly model: Model | undefined;
  readonly seed: number;
  readonly steps: number;
}

export interface TrainOutput {
  readonly model: Model;
  /** Of each batch, before its step. */
  readonly losses: readonly number[];
  /** Of the test digits. */
  readonly accuracy: number;
}

/** Some steps of training. The order of the digits follows from seed and step alone, so that slices of any length agree. */
export async function train({ model, seed, steps }: TrainInput): Promise<TrainOutput> {
  const digits = await loadDigits();
  const start = model ?? newModel(seed);
  const count = digits.train.labels.size;
  const perEpoch = Math.floor(count / batchSize);
  let parameters = treeOf(start.parameters);
  let state: optim.OptimizerState = {
    step: tensor(start.step, { dtype: 'int32' }),
    slots: { mean: treeOf(start.means), square: treeOf(start.squares) },
  };
  let epoch = -1;
  let order: Tensor | undefined;
  const losses: number[] = [];
  for (let step = start.step; step < start.step + steps; step++) {
    if (order === undefined || Math.floor(step / perEpoch) !== epoch) {
      epoch = Math.floor(step / perEpoch);
      order = random.permutation(random.foldIn(random.key(seed), epoch), count);
    }
    const from = (step % perEpoch) * batchSize;
    const batch = order.at([from, from + batchSize]);
    const [value, better, next] = trainingStep(
      parameters,
      state,
      digits.train.images.take(batch, 0),
      digits.train.labels.take(batch, 0),
    );
    losses.push(value.item() as number);
    [parameters, state] = [better, next];
  }
  const { mean, square } = state.slots as { mean: Parameters; square: Parameters };
  return {
    model: {
      seed,
      step: start.step + steps,
      parameters: leavesOf(parameters),
      means: leavesOf(mean),
      squares: leavesOf(square),
    },
    losses,
    accuracy: accuracy(parameters, digits.test),
  };
}

export interface ReadInput {
  readonly parameters: Leaves;
  /** Ink from 0 to 1, 196 numbers. */
  readonly image: readonly number[];
  /** The class whose log p is derived; −1 for the likeliest. */
  readonly asked: number;
}

export interface ReadOutput {
  readonly probabilities: readonly number[];
  readonly asked: number;
  /** ∂ log p / ∂ pixel, [14][14]. */
  readonly gradient: readonly (readonly number[])[];
}

/** What the network makes of an image, and how every pixel bears on it. */
export function read({ parameters, image, asked }: ReadInput): ReadOutput {
  const p = treeOf(parameters);
  const x = tensor([...image], { shape: [1, pixels] });
  const logProbabilities = (ink: Tensor): Tensor => logSoftmax(network(p, ink)).reshape([10]);
  const logs = logProbabilities(x);
  const which = asked < 0 ? (logs.argmax().item() as number) : asked;
  const gradient = grad((ink: Tensor) => logProbabilities(ink).at(which))(x);
  return {
    probabilities: logs.exp().toArray() as number[],
    asked: which,
    gradient: gradient.reshape([side, side]).toArray() as number[][],
  };
}

export interface TestDigit {
  readonly image: readonly number[];
  readonly label: number;
}

export async function testDigit({ index }: { readonly index: number }): Promise<TestDigit> {
  const { images, labels } = (await loadDigits()).test;
  return { image: images.at(index).toArray() as number[], label: labels.at(index).item() as number };
}
