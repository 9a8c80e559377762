// requiresGrad, grad, backward() and the other members that tie a tensor to the tape, attached to its prototype.
import { ArgumentError, AutogradError, DTypeError, ShapeError, TracedValueError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { stopGradient } from '../ops/stop-gradient.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sameShape } from '../tensor/shape.ts';
import { showShape } from '../tensor/shape-messages.ts';
import type { BackwardOptions, TapeMethods } from '../tensor/tape-methods.ts';
import { DenseTensor, Tensor, Tracer } from '../tensor/tensor.ts';
import { backward } from './backward.ts';
import { isInferenceMode } from './modes.ts';
import { makeLeaf, type Slot } from './node.ts';
import { slotOf } from './roots.ts';
import { inferenceSlot } from './saved.ts';

/** The elements of `x`, which must not be a value inside a transform. */
function outside(where: string, x: Tensor): DenseTensor {
  if (x instanceof DenseTensor) return x;
  const owner = x instanceof Tracer ? x.transform : 'a transform';
  throw new TracedValueError(
    `${where}: a value of shape ${showShape(x.shape)} inside ${owner} is not on the tape.`,
    'use grad(f), vjp(f) or jvp(f) inside transforms; they nest',
  );
}

function setRequiresGrad(x: Tensor, value: boolean): void {
  if (typeof value !== 'boolean') {
    throw new ArgumentError(`requiresGrad: expected true or false, got ${describe(value)}.`);
  }
  const slot = slotOf(x);
  if (slot?.node.op) {
    if (value) return;
    throw new AutogradError(
      `requiresGrad: this tensor of shape ${showShape(x.shape)} is the result of ${slot.node.name}; only leaves can be changed.`,
      'use x.detach() for the same value without a graph',
    );
  }
  if (!value) {
    if (slot) slot.requiresGrad = false;
    return;
  }
  if (!isFloat(x.dtype)) {
    throw new AutogradError(
      `requiresGrad: a ${x.dtype} tensor of shape ${showShape(x.shape)} has no gradient; only floats do.`,
      "convert it first: x.to('float32')",
    );
  }
  const leaf = outside('requiresGrad', x);
  if (leaf.tape === inferenceSlot) {
    if (!isInferenceMode()) {
      throw new AutogradError(
        `requiresGrad: a tensor of shape ${showShape(x.shape)} made in inferenceMode cannot require grad outside it.`,
        'make it in noGrad instead, or use x.add(0) outside inferenceMode to get an ordinary tensor',
      );
    }
    leaf.tape = undefined;
  }
  if (slot) slot.requiresGrad = true;
  else makeLeaf(leaf, true);
}

function setGrad(x: Tensor, value: Tensor | null): void {
  if (value === null || value === undefined) {
    const slot = slotOf(x);
    if (slot?.node.grads) slot.node.grads[slot.index] = null;
    return;
  }
  if (!(value instanceof Tensor)) {
    throw new ArgumentError(`grad: expected a tensor or null, got ${describe(value)}.`);
  }
  if (!sameShape(value.shape, x.shape)) {
    throw new ShapeError(
      `grad: a gradient of shape ${showShape(value.shape)} was assigned to a tensor of shape ${showShape(x.shape)}.`,
    );
  }
  if (value.dtype !== x.dtype) {
    throw new DTypeError(`grad: a ${value.dtype} gradient was assigned to a ${x.dtype} tensor.`);
  }
  const leaf = outside('grad', x);
  outside('grad', value);
  const { node, index } = slotOf(leaf) ?? makeLeaf(leaf, false);
  node.grads ??= new Array<Tensor | null>(node.outputs).fill(null);
  node.grads[index] = value;
}

function recorded(where: string, x: Tensor): Slot {
  const slot = slotOf(outside(where, x));
  if (slot?.requiresGrad) return slot;
  throw new AutogradError(
    `${where}: this tensor of shape ${showShape(x.shape)} does not require grad, so it never gets a gradient.`,
    'set x.requiresGrad = true on a leaf before it is used',
  );
}

const properties: { readonly [K in keyof TapeMethods]: TypedPropertyDescriptor<TapeMethods[K]> & ThisType<Tensor> } = {
  requiresGrad: {
    get() {
      return this instanceof DenseTensor && this.tape !== undefined && this.tape.requiresGrad;
    },
    set(value) {
      setRequiresGrad(this, value);
    },
  },
  grad: {
    get() {
      const slot = slotOf(this);
      return slot?.node.grads?.[slot.index] ?? null;
    },
    set(value) {
      setGrad(this, value);
    },
  },
  isLeaf: {
    get() {
      return slotOf(this)?.node.op === undefined;
    },
  },
  gradFn: {
    get() {
      const node = slotOf(this)?.node;
      return node?.op ? node : null;
    },
  },
  detach: {
    value(this: Tensor) {
      return this instanceof DenseTensor ? this.view(this.shape, this.strides) : stopGradient(this);
    },
  },
  backward: {
    value(this: Tensor, gy?: Tensor | number | null, options?: BackwardOptions) {
      backward(this, gy, options);
    },
  },
  retainGrad: {
    value(this: Tensor) {
      const { node, index } = recorded('retainGrad', this);
      if (node.op) node.hooks.output(index, this).retain = true;
    },
  },
  registerHook: {
    value(this: Tensor, hook) {
      const { node, index } = recorded('registerHook', this);
      return node.hooks.output(index, this).list.add('registerHook', hook);
    },
  },
  registerPostAccumulateGradHook: {
    value(this: Tensor, hook) {
      const { node } = recorded('registerPostAccumulateGradHook', this);
      if (node.op) {
        throw new AutogradError(
          `registerPostAccumulateGradHook: this tensor is the result of ${node.name}; gradients accumulate at leaves only.`,
          'use registerHook',
        );
      }
      return node.hooks.accumulated.add('registerPostAccumulateGradHook', hook);
    },
  },
};

for (const [name, property] of Object.entries(properties)) {
  Object.defineProperty(Tensor.prototype, name, { configurable: true, ...property });
}
