// The namespace nn: layers, losses and cells as plain functions of tensors and of trees of parameters, with PyTorch's
// layouts and conventions. Nothing here has a derivative of its own; everything is made of the operations in ops/.
export { glu } from '../ops/activation.ts';
export { prelu } from '../ops/rectifier.ts';
export { adaptiveAvgPool1d, adaptiveAvgPool2d } from './adaptive-pooling.ts';
export {
  type AttentionOptions,
  attention,
  type MultiHeadAttentionOptions,
  multiHeadAttention,
} from './attention.ts';
export { type BceOptions, type BceWithLogitsOptions, bce, bceWithLogits } from './binary-cross-entropy.ts';
export { type ConvolutionOptions, conv1d, conv2d, conv3d } from './convolution.ts';
export { type CrossEntropyOptions, crossEntropy, type NllOptions, nll } from './cross-entropy.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { type KlDivOptions, klDiv } from './kl-divergence.ts';
export { embedding, linear } from './linear.ts';
export type { LossOptions, Reduction } from './loss.ts';
export { initMlp, type MlpOptions, mlp } from './mlp.ts';
export {
  type AffineOptions,
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  rmsNorm,
} from './normalization.ts';
export {
  type AttentionParams,
  type ConvolutionParams,
  type InitOptions,
  initAttention,
  initConv,
  initLinear,
  initRecurrent,
  type LinearParams,
  type RecurrentParams,
} from './parameters.ts';
export {
  type AveragePoolingOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type MaxPoolingOptions,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pooling.ts';
export { gruCell, lstmCell, rnnCell } from './recurrent.ts';
export { type HuberOptions, huber, l1, mse, type SmoothL1Options, smoothL1 } from './regression-losses.ts';
export { type CosineSimilarityOptions, cosineSimilarity, type NormalizeOptions, normalize } from './similarity.ts';
export type { PerAxis } from './spatial.ts';
export {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type TransposedConvolutionOptions,
} from './transposed-convolution.ts';
