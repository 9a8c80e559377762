// The namespace `optim`: pure optimizers of trees, minimisers of functions, and classes for the tape.
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, adam, adamw } from './adam.ts';
export { clipByGlobalNorm, clipByValue, globalNorm } from './clipping.ts';
export {
  type CurvatureOperator,
  type FisherOptions,
  fisher,
  fvp,
  ggn,
  ggnvp,
} from './ggn.ts';
export { type LbfgsOptions, lbfgs } from './lbfgs.ts';
export {
  gaussNewton,
  type LeastSquaresMinimum,
  type LeastSquaresOptions,
  type LevenbergMarquardtOptions,
  levenbergMarquardt,
} from './least-squares.ts';
export type { MinimizeOptions, Minimum } from './minimize.ts';
export { newton } from './newton.ts';
export type { Optimizer, OptimizerState } from './optimizer.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { constantSchedule, cosineSchedule, exponentialSchedule, type Schedule, warmupSchedule } from './schedules.ts';
export { type SgdOptions, sgd } from './sgd.ts';
export { Adagrad, Adam, AdamW, LBFGS, RMSprop, SGD } from './tape.ts';
