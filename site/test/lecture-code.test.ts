// The lecture's programs: ours print what stands beside them on the page, with the same numbers as PyTorch's, whose output was
// recorded by scripts/reference/lecture-pytorch.py.
import { format } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import recorded from '../src/rooms/lecture/pytorch.json' with { type: 'json' };

const ours: Readonly<Record<string, () => Promise<unknown>>> = {
  gradient: () => import('../src/rooms/lecture/code/gradient.ts'),
  jacobian: () => import('../src/rooms/lecture/code/jacobian.ts'),
  hessian: () => import('../src/rooms/lecture/code/hessian.ts'),
  'chain-rule': () => import('../src/rooms/lecture/code/chain-rule.ts'),
  backpropagation: () => import('../src/rooms/lecture/code/backpropagation.ts'),
  descent: () => import('../src/rooms/lecture/code/descent.ts'),
};

afterEach(() => {
  vi.restoreAllMocks();
});

const numbersIn = (text: string): number[] =>
  (text.replaceAll(/float\d+/g, '').match(/-?\d+(\.\d*)?(e-?\d+)?/g) ?? []).map(Number);

test('every program of PyTorch has one of ours beside it', () => {
  expect(Object.keys(recorded.programs).sort()).toEqual(Object.keys(ours).sort());
});

describe.each(Object.entries(recorded.programs))('%s', (id, { output }) => {
  test('prints what the page shows, and the numbers of PyTorch', async () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...values) => lines.push(format(...values)));
    await ours[id]!();
    const printed = `${lines.join('\n')}\n`;
    await expect(printed).toMatchFileSnapshot(`../src/rooms/lecture/code/${id}.txt`);
    const [mine, theirs] = [numbersIn(printed), numbersIn(output)];
    expect(mine.length).toBeGreaterThan(0);
    expect(mine).toHaveLength(theirs.length);
    for (const [i, value] of mine.entries()) {
      expect(Math.abs(value - theirs[i]!)).toBeLessThanOrEqual(1.5e-4 * Math.abs(theirs[i]!));
    }
  });
});
