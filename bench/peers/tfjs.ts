// @tensorflow/tfjs with its wasm backend as far as it is used here. The package is installed on demand, so its types are
// written down instead of imported.
import type { InputData } from '../inputs.ts';

export interface TfTensor {
  readonly shape: number[];
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

export type TfInputs = Readonly<Record<string, TfTensor>>;
type Value = TfTensor | number;

export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(f: () => T): T;
  tensor(values: unknown, shape: number[], dtype: string): TfTensor;
  valueAndGrad(f: (x: TfTensor) => TfTensor): (x: TfTensor) => { value: TfTensor; grad: TfTensor };
  valueAndGrads(f: (...x: TfTensor[]) => TfTensor): (x: TfTensor[]) => { value: TfTensor; grads: TfTensor[] };
  grad(f: (x: TfTensor) => TfTensor): (x: TfTensor) => TfTensor;
  add(a: Value, b: Value): TfTensor;
  sub(a: Value, b: Value): TfTensor;
  mul(a: Value, b: Value): TfTensor;
  div(a: Value, b: Value): TfTensor;
  neg(x: TfTensor): TfTensor;
  square(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  log(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  logSoftmax(x: TfTensor): TfTensor;
  sum(x: TfTensor): TfTensor;
  mean(x: TfTensor): TfTensor;
  dot(a: TfTensor, b: TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  stack(x: TfTensor[]): TfTensor;
  unstack(x: TfTensor): TfTensor[];
  split(x: TfTensor, sections: number, axis: number): TfTensor[];
  slice(x: TfTensor, begin: number[], size: number[]): TfTensor;
  reshape(x: TfTensor, shape: number[]): TfTensor;
  oneHot(x: TfTensor, classes: number): TfTensor;
  eye(n: number): TfTensor;
  zeros(shape: number[]): TfTensor;
  cast(x: TfTensor, dtype: string): TfTensor;
  transpose(x: TfTensor, permutation: number[]): TfTensor;
  conv2d(x: TfTensor, w: TfTensor, strides: number, padding: string): TfTensor;
}

export async function useTfjs(): Promise<Tf> {
  const [name, backend] = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
  const tf: Tf = await import(name);
  await import(backend);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its wasm backend');
  await tf.ready();
  return tf;
}

export function tfTensor(tf: Tf, { shape, values }: InputData): TfTensor {
  return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
}
