// The static parameters each expansion is measured at.
import type { Params } from '../../src/tensor/op.ts';

export interface Case {
  readonly name: string;
  readonly params: Params;
}

const parameters: Readonly<Record<string, readonly Params[]>> = {
  clip: [{ lo: -1, hi: 2.5 }],
  hardtanh: [{ lo: -1, hi: 1 }],
  leakyRelu: [{ slope: 0.125 }],
  elu: [{ alpha: 1 }, { alpha: 0.5 }],
  celu: [{ alpha: 1 }, { alpha: 0.5 }],
  nanToNum: [{ nan: 0, posinf: 1e30, neginf: -1e30 }],
  powConstant: [{ exponent: 3 }, { exponent: 4 }, { exponent: 1.5 }, { exponent: -2 }, { exponent: 5 }],
  pow: [{ logs: 0 }],
  sinc: [{ order: 0 }],
};

export function casesOf(name: string): readonly Case[] {
  return (parameters[name] ?? [{}]).map((params) => ({ name, params }));
}
