// Arguments in float32: every exponent with random mantissas, the ranges where functions bend, neighbours of 1 and of the
// multiples of π/2, and the ends. The generator is seeded, so that every run measures the same points.
const SEED = 20240229;

/** Uniform in [0, 1) (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const specials: readonly number[] = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  1,
  -1,
  2,
  -2,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2.5,
  3,
  -3,
  1e-45,
  -1e-45,
  1.1754943508222875e-38,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  88.72284,
  88.8,
  89.5,
  -87.3,
  -103.9,
  -104,
  -126,
  127.9,
  128,
  -149,
  -150,
];

export function float32Points(perExponent: number, perRange: number): Float32Array {
  const random = generator(SEED);
  const points = [...specials];
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  for (let exponent = 0; exponent < 255; exponent++) {
    for (let k = 0; k < perExponent; k++) {
      bits[0] = (exponent << 23) | (random() * 2 ** 23);
      points.push(float[0]!, -float[0]!);
    }
  }
  for (const width of [1, 2, 8, 20, 110, 6400]) {
    for (let k = 0; k < perRange; k++) points.push((2 * random() - 1) * width);
  }
  for (let k = 0; k < perRange; k++) points.push(1 + (random() - 0.5) * 2 ** (-24 * random()));
  for (let k = 1; k < 4096; k++) {
    float[0] = (k * Math.PI) / 2;
    if (k < perRange) points.push(float[0]);
  }
  return Float32Array.from(points);
}

/** The same entries in another order, as a second argument. */
export function shuffled(points: Float32Array): Float32Array {
  const random = generator(SEED + 1);
  const out = points.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
