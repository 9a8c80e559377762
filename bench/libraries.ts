// The TypeScript libraries behind one interface: load, make tensors, run a step often, read what it gave.
import type { Case, Step } from './case.ts';
import { type Digest, digest } from './digest.ts';
import { type InputData, makeInput } from './inputs.ts';
import { nablaTensor, useNabla } from './nabla.ts';
import { finishJax, jaxArray, useJaxJs } from './peers/jax-js.ts';
import { tfTensor, useTfjs } from './peers/tfjs.ts';

export interface First {
  readonly seconds: number;
  readonly outputs: readonly Digest[];
}

/** A case as one library computes it. */
export interface Task {
  /** Computes once: what came out, and how long that took. */
  check(): First | Promise<First>;
  /** Seconds for `count` runs, one after another. */
  time(count: number): number | Promise<number>;
}

/** Undefined where the library has no implementation of the case. */
export type Prepare = (task: Case) => Promise<Task | undefined>;

function inputsOf<T>(task: Case, exact: boolean, make: (data: InputData) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(task.inputs).map(([name, spec]) => [name, make(makeInput(spec, task.dtype, exact))]),
  );
}

function digests<T>(step: Step<T>, outputs: readonly T[], read: (y: T) => ArrayLike<number>): Digest[] {
  return (step.canonical?.(outputs) ?? outputs).map((y) => digest(read(y)));
}

const seconds = (start: number): number => (performance.now() - start) / 1000;

const nabla =
  (backend: 'js' | 'wasm', threads = 1, exact = false): Prepare =>
  async (task) => {
    const library = useNabla(backend, threads, exact ? 'float64' : task.dtype);
    if (!library) return undefined;
    const step = task.nabla(library, inputsOf(task, exact, nablaTensor));
    return {
      check: () => {
        const start = performance.now();
        const outputs = step();
        return { seconds: seconds(start), outputs: digests(step, outputs, (y) => y.toTypedArray()) };
      },
      time: (count) => {
        const start = performance.now();
        for (let i = 0; i < count; i++) step();
        return seconds(start);
      },
    };
  };

const jaxJs: Prepare = async (task) => {
  if (!task.jaxJs) return undefined;
  const library = await useJaxJs();
  const step = task.jaxJs(
    library,
    inputsOf(task, false, (data) => jaxArray(library, data)),
  );
  return {
    check: async () => {
      const start = performance.now();
      const outputs = step();
      for (const y of outputs) await y.blockUntilReady();
      return { seconds: seconds(start), outputs: digests(step, outputs, (y) => y.dataSync()) };
    },
    time: async (count) => {
      const start = performance.now();
      for (let i = 0; i < count; i++) await finishJax(step());
      return seconds(start);
    },
  };
};

const tfjs: Prepare = async (task) => {
  if (!task.tfjs) return undefined;
  const library = await useTfjs();
  const step = task.tfjs(
    library,
    inputsOf(task, false, (data) => tfTensor(library, data)),
  );
  return {
    check: () =>
      library.tidy(() => {
        const start = performance.now();
        const outputs = step();
        return { seconds: seconds(start), outputs: digests(step, outputs, (y) => y.dataSync()) };
      }),
    time: (count) => {
      const start = performance.now();
      for (let i = 0; i < count; i++) for (const y of library.tidy(() => [...step()])) y.dispose();
      return seconds(start);
    },
  };
};

/** By the names that the host process asks for; `reference` is what all are compared with. */
export const libraries: Readonly<Record<string, Prepare>> = {
  reference: nabla('js', 1, true),
  'nabla-js': nabla('js'),
  'nabla-wasm': nabla('wasm'),
  'nabla-wasm-2': nabla('wasm', 2),
  'nabla-wasm-fma': nabla('wasm'),
  'nabla-wasm-fma-2': nabla('wasm', 2),
  'jax-js': jaxJs,
  tfjs,
};
