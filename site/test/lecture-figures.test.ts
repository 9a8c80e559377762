// The numbers behind the lecture's figures, against values that are worked out by hand or by differences; the classifier's
// training, which is the same whatever slices it is cut into; and the address's text, which may be anything.
import { describe, expect, test } from 'vitest';
import { blank, climb, paint, stroke, toDrawing, toImage } from '../src/rooms/lecture/digits/drawing.ts';
import { domains } from '../src/rooms/lecture/geometry.ts';
import { initial, readState } from '../src/rooms/lecture/state.ts';
import recorded from '../src/rooms/lecture/tangent-at-1.json' with { type: 'json' };
import { tasks } from '../src/rooms/lecture/tasks.ts';

type Pair = readonly [number, number];

const height = ([x, y]: Pair): number => Math.sin(x) * Math.cos(y) + (x * x + y * y) / 10;
const valley = ([x, y]: Pair): number => (1 - x) ** 2 + 5 * (y - x * x) ** 2;
const step = 1e-4;

/** Central differences of a function of the plane. */
function differences(f: (p: Pair) => number, [x, y]: Pair): Pair {
  return [(f([x + step, y]) - f([x - step, y])) / (2 * step), (f([x, y + step]) - f([x, y - step])) / (2 * step)];
}

const close = (actual: readonly number[], wanted: readonly number[], digits = 6): void => {
  expect(actual).toHaveLength(wanted.length);
  for (const [k, value] of wanted.entries()) expect(actual[k]).toBeCloseTo(value, digits);
};

describe('the tangent', () => {
  test('touches sin with the slope cos', () => {
    const { value, slope, x, tangent } = tasks.tangent({ at: 0.7 });
    expect(value).toBeCloseTo(Math.sin(0.7), 12);
    expect(slope).toBeCloseTo(Math.cos(0.7), 12);
    close(
      tangent,
      x.map((at) => Math.sin(0.7) + Math.cos(0.7) * (at - 0.7)),
      5,
    );
  });

  test('the recorded answer of the first visit is the task’s', () => {
    const now = tasks.tangent(recorded.input);
    for (const key of ['x', 'curve', 'tangent'] as const) close(recorded.value[key], now[key], 6);
    close([recorded.value.value, recorded.value.slope], [now.value, now.slope], 12);
  });
});

describe.each([
  [1, 0.5],
  [-2, 1.3],
  [0, 0],
] as const)('at (%d, %d)', (x, y) => {
  const at: Pair = [x, y];

  test('the gradient and the slope along a direction', () => {
    const { value, gradient, slope } = tasks.gradient({ at, angle: 30 });
    const wanted = differences(height, at);
    expect(value).toBeCloseTo(height(at), 12);
    close(gradient, wanted);
    expect(slope).toBeCloseTo(wanted[0] * Math.cos(Math.PI / 6) + wanted[1] * Math.sin(Math.PI / 6), 6);
  });

  test('the Hessian, its eigenvalues and eigenvectors', () => {
    const { hessian, eigenvalues, eigenvectors } = tasks.curvature({ at });
    const rows = [0, 1].map((k) => differences((p) => differences(height, p)[k as 0 | 1], at));
    for (const k of [0, 1] as const) {
      close(hessian[k], rows[k]!, 4);
      const [u, v] = eigenvectors[k];
      close(
        [hessian[0][0] * u + hessian[0][1] * v, hessian[1][0] * u + hessian[1][1] * v],
        [eigenvalues[k] * u, eigenvalues[k] * v],
        10,
      );
    }
  });

  test('the Jacobian of the bent plane, its determinant, and the parallelogram', () => {
    const bend = ([u, v]: Pair): Pair => [u + 0.4 * Math.sin(1.5 * v), v + 0.3 * u * u];
    const { jacobian, determinant, bentSquare, parallelogram, image } = tasks.bent({ at, side: 0.01 });
    const rows = [0, 1].map((k) => differences((p) => bend(p)[k as 0 | 1], at)) as [Pair, Pair];
    close(jacobian.flat(), rows.flat());
    expect(determinant).toBeCloseTo(rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0], 6);
    close(image, bend(at), 12);
    // The gap shrinks with the square of the side.
    for (const [k, point] of bentSquare.entries()) close(point, parallelogram[k]!, 3);
  });

  test('the chain rule: the product is the derivative of the whole', () => {
    const { product, whole, circles, ellipses } = tasks.chain({ at, radius: 0.01 });
    close(product.flat(), whole.flat(), 12);
    for (const [k, point] of circles[2].entries()) close(point, ellipses[2][k]!, 3);
  });
});

test('backpropagation gives the cotangents of one neuron', () => {
  const [w, b, x, y] = [0.7, -0.4, 2, 1];
  const loss = (v: number, c: number): number => (1 / (1 + Math.exp(-(v * x + c))) - y) ** 2;
  const nodes = Object.fromEntries(tasks.backpropagation({ w, b }).map((node) => [node.id, node]));
  expect(nodes.L).toMatchObject({ cotangent: 1 });
  expect(nodes.L!.value).toBeCloseTo(loss(w, b), 12);
  expect(nodes.w!.cotangent).toBeCloseTo((loss(w + step, b) - loss(w - step, b)) / (2 * step), 6);
  expect(nodes.b!.cotangent).toBeCloseTo((loss(w, b + step) - loss(w, b - step)) / (2 * step), 6);
  expect(nodes.x!.cotangent).toBeCloseTo(nodes.z!.cotangent * w, 12);
});

test('descent goes against the gradient, and Newton arrives', () => {
  const { descent, newton } = tasks.descent({ start: [-1, 2], rate: 0.02 });
  const [first, second] = [descent[0]!, descent[1]!];
  const slope = differences(valley, first.point);
  close(second.point, [first.point[0] - 0.02 * slope[0], first.point[1] - 0.02 * slope[1]]);
  for (const { point, value } of [...descent, ...newton]) expect(value).toBeCloseTo(valley(point), 10);
  expect(descent.at(-1)!.value).toBeLessThan(first.value);
  close(newton.at(-1)!.point, [1, 1], 9);
  expect(newton.some(({ value }, k) => k > 0 && value > newton[k - 1]!.value)).toBe(true);
});

test('a step that is too long leaves the picture and stops', () => {
  const { descent } = tasks.descent({ start: [-2, 3], rate: 0.1 });
  expect(descent.length).toBeLessThan(100);
});

test.each(['landscape', 'valley'] as const)('the level lines of the %s lie on their level', (name) => {
  const f = name === 'landscape' ? height : valley;
  const { x, y } = domains[name];
  const inside = (p: Pair): boolean => p[0] > x[0] + 0.1 && p[0] < x[1] - 0.1 && p[1] > y[0] + 0.1 && p[1] < y[1] - 0.1;
  const lines = tasks.contours({ name });
  expect(lines.length).toBeGreaterThan(5);
  for (const { level, rings } of lines) {
    for (const point of rings.flat()) {
      // At the border of the grid a line is drawn on for half a cell.
      if (!inside(point)) continue;
      const steep = Math.hypot(...differences(f, point));
      expect(Math.abs(f(point) - level)).toBeLessThan(0.02 * Math.max(1, steep) + 0.02);
    }
  }
});

describe('the classifier', () => {
  test('learns to read, and slices of training make no difference', async () => {
    const whole = await tasks.train({ model: undefined, seed: 3, steps: 160 });
    const start = await tasks.train({ model: undefined, seed: 3, steps: 0 });
    let now = await tasks.train({ model: start.model, seed: 3, steps: 70 });
    now = await tasks.train({ model: now.model, seed: 3, steps: 90 });
    expect(now.model).toEqual(whole.model);
    expect(start.accuracy).toBeLessThan(0.3);
    expect(whole.accuracy).toBeGreaterThan(0.8);
    expect(whole.losses).toHaveLength(160);
  });

  test('the gradient by the pixels agrees with differences', async () => {
    const { model } = await tasks.train({ model: undefined, seed: 1, steps: 100 });
    const { image, label } = await tasks.testDigit({ index: 0 });
    expect(label).toBe(7);
    const { probabilities, gradient, asked } = await tasks.read({ parameters: model.parameters, image, asked: 7 });
    expect(asked).toBe(7);
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    const logOf = async (pixels: readonly number[]): Promise<number> =>
      Math.log((await tasks.read({ parameters: model.parameters, image: pixels, asked: 7 })).probabilities[7]!);
    for (const pixel of [60, 90, 120]) {
      const moved = (by: number) => image.map((ink, k) => (k === pixel ? ink + by : ink));
      const slope = ((await logOf(moved(0.05))) - (await logOf(moved(-0.05)))) / 0.1;
      expect(gradient.flat()[pixel]).toBeCloseTo(slope, 2);
    }
  });
});

describe('a drawing', () => {
  test('is kept as text', () => {
    const line = stroke(blank, [3, 3], [10, 10]);
    expect(line).toMatch(/^[0-9a-f]{196}$/);
    expect(toDrawing(toImage(line))).toBe(line);
    expect(toImage(line)[7 * 14 + 7]).toBeGreaterThan(0.5);
    expect(toImage(line)[13]).toBe(0);
  });

  test('is erased, and climbs along a gradient within its bounds', () => {
    const dot = paint(blank, 7, 7);
    expect(dot).not.toBe(blank);
    expect(paint(dot, 7, 7, true)).toBe(blank);
    const up = Array.from({ length: 14 }, () => new Array<number>(14).fill(1));
    expect(new Set(climb(toImage(blank), up))).toEqual(new Set(['3']));
    expect(climb(toImage('f'.repeat(196)), up)).toBe('f'.repeat(196));
  });
});

describe('the state in the address', () => {
  test('comes back as it was', () => {
    expect(readState(JSON.parse(JSON.stringify(initial)))).toEqual(initial);
    expect(readState({})).toEqual(initial);
  });

  test.each([
    null,
    'text',
    { at: 'a' },
    { at: 4 },
    { gradientAt: [0] },
    { gradientAt: [0, 7] },
    { drawing: 'x'.repeat(196) },
    { move: 1.5 },
    { trained: 1e9 },
    { seed: -1 },
  ])('%j is refused', (found) => {
    expect(readState(found)).toBeUndefined();
  });

  test('drops what it does not know', () => {
    expect(readState({ at: 2, other: 1 })).toEqual({ ...initial, at: 2 });
  });
});
