/** Activations and the log-sum family against mpmath. */
import {
  celu,
  elu,
  gelu,
  geluTanh,
  logit,
  logSigmoid,
  mish,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
} from '../../src/ops/scalar/activations.ts';
import { entr, logaddexp, logaddexp2, sinc, xlog1py, xlogy } from '../../src/ops/scalar/elementary.ts';
import { checkTables } from './ulp.ts';

checkTables('logistic', {
  sigmoid: [sigmoid, 3],
  softplus: [softplus, 2],
  logSigmoid: [logSigmoid, 2],
  logit: [logit, 3],
  softsign: [softsign, 2],
  sinc: [sinc, 3],
  silu: [silu, 3],
  mish: [mish, 4],
  gelu: [gelu, 4],
  geluTanh: [geluTanh, 3],
  elu: [(x) => elu(x), 2],
  celu: [(x, alpha) => celu(x!, alpha!), 3],
  selu: [selu, 3],
  logaddexp: [logaddexp, 2],
  logaddexp2: [logaddexp2, 2],
  xlogy: [xlogy, 2],
  xlog1py: [xlog1py, 2],
  entr: [entr, 2],
});
