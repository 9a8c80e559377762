// Enters a function of nn into the table of composites.
import { type CompositeRecord, composite } from '../ops/composite.ts';

const compared = { reference: 'test/nn compares with PyTorch, gradients included' };

export function record(name: string, f: CompositeRecord['f'], samples: CompositeRecord['samples']): void {
  composite(
    `nn.${name}`,
    f,
    samples.map((sample) => ({ ...sample, exempt: { ...compared, ...sample.exempt } })),
  );
}
