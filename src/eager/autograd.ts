// The `autograd` namespace: what PyTorch users look for under torch.autograd.
export { type AnomalyOptions, detectAnomaly } from './anomaly.ts';
export { backward } from './backward.ts';
export { customFunction, type FunctionContext, type FunctionRules } from './function.ts';
export { type AutogradOptions, grad } from './grad.ts';
export { registerMultiGradHook } from './multi-hook.ts';
export { savedTensorsHooks } from './saved.ts';
