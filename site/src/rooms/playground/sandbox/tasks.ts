// What the Playground asks of the sandbox.
import { stages, timing } from './compiled.ts';
import { formula } from './formula.ts';
import { graph } from './graph.ts';
import { landscape, slope } from './landscape.ts';
import { hessian, jacobian } from './matrices.ts';
import { race } from './race.ts';
import { steps } from './steps.ts';
import { values } from './values.ts';

export const playgroundTasks = {
  values,
  graph,
  steps,
  landscape,
  slope,
  jacobian,
  hessian,
  race,
  stages,
  formula,
  timing,
};
export type PlaygroundTasks = typeof playgroundTasks;
