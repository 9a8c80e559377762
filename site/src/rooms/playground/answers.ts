// What the page asks of the sandbox, and the form of the answers.
import { flag, list, maybe, number, numbers, oneOf, type Read, record, text, whole } from './read.ts';

/** How the entries of an input come about. */
export const fills = ['numbers', 'normal', 'uniform', 'signs', 'positive definite'] as const;
export type Fill = (typeof fills)[number];

/** An argument of the user's function. */
export interface InputSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: Fill;
  /** The entries where `fill` is 'numbers'; fewer are repeated. */
  readonly values: readonly number[];
}

export interface Given {
  readonly inputs: readonly InputSpec[];
  readonly seed: number;
}

/** One element of one input. */
export interface Coordinate {
  readonly input: number;
  /** Its place in the row-major order of elements. */
  readonly element: number;
}

/** Two coordinates of the inputs; everything else is held. */
export interface PlaneQuestion extends Given {
  readonly x: Coordinate;
  readonly y: Coordinate;
}

const shape = list(whole, 16);

/** A tensor, with at most the first entries. */
export const tensorData = record({ shape, dtype: text, entries: numbers });
export type TensorData = Read<typeof tensorData>;

const named = record({ name: text, tensor: tensorData, printed: text });

export const valuesAnswer = record({
  inputs: list(named),
  outputs: list(named),
  /** By input, where the function is a scalar one of floats. */
  gradients: list(named),
  /** The names of the parameters, as far as they can be read. */
  parameters: list(text),
});
export type ValuesAnswer = Read<typeof valuesAnswer>;

export const graphAnswer = record({
  nodes: list(
    record({
      kind: oneOf('input', 'operation', 'output'),
      /** The variable's name in the program. */
      name: text,
      operation: text,
      /** Constants and parameters, as the printed program shows them. */
      detail: text,
      type: text,
      from: list(whole),
      /** Whether a cotangent flows back to each of `from`. */
      active: list(flag),
    }),
    40_000,
  ),
});
export type GraphAnswer = Read<typeof graphAnswer>;
export type GraphNode = GraphAnswer['nodes'][number];

const local = record({
  /** With respect to which variable. */
  name: text,
  /** 'entries': ∂yₖ/∂xₖ, everything else is zero; 'matrix': [out, in]; 'large': too large to be shown. */
  form: oneOf('entries', 'matrix', 'large'),
  tensor: tensorData,
});

export const stepsAnswer = record({
  /** What the cotangent of the output is. */
  seed: text,
  steps: list(
    record({
      name: text,
      /** `c = sin b` */
      equation: text,
      value: tensorData,
      cotangent: maybe(tensorData),
      locals: list(local),
    }),
  ),
});
export type StepsAnswer = Read<typeof stepsAnswer>;
export type Step = StepsAnswer['steps'][number];

export const landscapeAnswer = record({
  /** What it spans: the question may have moved on. */
  xRange: list(number, 2),
  yRange: list(number, 2),
  columns: whole,
  rows: whole,
  /** Row by row, from the smallest y. */
  values: numbers,
  arrows: list(record({ x: number, y: number, dx: number, dy: number })),
});
export type LandscapeAnswer = Read<typeof landscapeAnswer>;

/** The value and the gradient at a point of the plane. */
export const slopeAnswer = record({ x: number, y: number, value: number, dx: number, dy: number });
export type SlopeAnswer = Read<typeof slopeAnswer>;

export const matrixAnswer = record({
  rows: list(numbers),
  shape,
  /** The class of the structured result, undefined where none was found. */
  structure: maybe(record({ kind: text, text: text, stored: whole })),
  rowLabels: list(text),
  columnLabels: list(text),
});
export type MatrixAnswer = Read<typeof matrixAnswer>;

export const hessianAnswer = record({
  matrix: matrixAnswer,
  eigenvalues: numbers,
  /** The part of the two chosen coordinates: its eigenvalues, and its eigenvectors as columns [x₁, y₁], [x₂, y₂]. */
  plane: maybe(record({ values: numbers, vectors: list(numbers) })),
});
export type HessianAnswer = Read<typeof hessianAnswer>;

export const racers = ['gradient descent', 'momentum', 'Adam', 'L-BFGS', 'Newton'] as const;
export type Racer = (typeof racers)[number];

export const raceAnswer = record({
  paths: list(record({ name: oneOf(...racers), points: list(numbers), values: numbers, end: text })),
});
export type RaceAnswer = Read<typeof raceAnswer>;

export const stagesAnswer = record({
  traced: text,
  tracedEquations: whole,
  simplified: text,
  simplifiedEquations: whole,
  loops: text,
  steps: whole,
  wasmBytes: whole,
  /** The beginning of the module, in hexadecimal. */
  wasm: text,
  scratchBytes: whole,
});
export type StagesAnswer = Read<typeof stagesAnswer>;

const formula = record({
  /** What it is: 'gradient of w'. */
  title: text,
  text,
  latex: text,
  lets: list(record({ name: text, text, latex: text, latexName: text })),
  warning: maybe(text),
});

export const formulaAnswer = record({ formulas: list(formula), failures: list(text) });
export type FormulaAnswer = Read<typeof formulaAnswer>;

export const timingAnswer = record({
  rows: list(
    record({
      name: text,
      /** Median milliseconds of a call; undefined where it does not apply. */
      milliseconds: number,
      least: number,
      most: number,
      calls: whole,
      firstMilliseconds: number,
    }),
  ),
  /** What could not be measured, and why. */
  failures: list(text),
});
export type TimingAnswer = Read<typeof timingAnswer>;
