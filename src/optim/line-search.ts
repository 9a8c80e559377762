// How far to go along a direction d: φ(α) = f(x + α d). Sufficient decrease φ(α) ≤ φ(0) + c₁ α φ'(0) alone is found by
// backtracking; with |φ'(α)| ≤ c₂ |φ'(0)| these are the strong Wolfe conditions, found by bracketing and cubic interpolation
// (Nocedal and Wright, Numerical Optimization, algorithms 3.1, 3.5 and 3.6). Where values agree to rounding the slope
// decides about decrease (Hager and Zhang 2005).

const DECREASE = 1e-4;
const CURVATURE = 0.9;
const ROUNDING = 1e-6;
const MAX_EVALUATIONS = 30;

/** A point on the line. */
export interface Trial {
  readonly alpha: number;
  /** φ(α) */
  readonly value: number;
  /** φ'(α) */
  readonly slope: number;
}

function decreases(p: Trial, start: Trial): boolean {
  if (p.value <= start.value + DECREASE * p.alpha * start.slope) return true;
  const close = p.value <= start.value + ROUNDING * Math.abs(start.value);
  return close && p.slope <= (2 * DECREASE - 1) * start.slope && p.slope >= CURVATURE * start.slope;
}

/** The minimum of the cubic through two values and slopes, kept away from the ends; the middle where there is none. */
function interpolate(a: Trial, b: Trial): number {
  const width = b.alpha - a.alpha;
  const middle = a.alpha + width / 2;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.alpha - b.alpha);
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const at = b.alpha - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const inside = (at - a.alpha) / width;
  if (!Number.isFinite(inside)) return middle;
  return a.alpha + width * Math.min(0.9, Math.max(0.1, inside));
}

/** A trial that satisfies the strong Wolfe conditions, or decreases at least; undefined where none was found. */
export function strongWolfe<T extends Trial>(at: (alpha: number) => T, start: T, first: number): T | undefined {
  let low = start;
  let high: T | undefined;
  let alpha = first;
  for (let i = 0; i < MAX_EVALUATIONS; i++) {
    const p = at(alpha);
    const enough = decreases(p, start);
    if (enough && Math.abs(p.slope) <= -CURVATURE * start.slope) return p;
    if (!enough || !(p.value < low.value)) high = p;
    else {
      const rising = high === undefined ? p.slope > 0 : p.slope * (high.alpha - low.alpha) >= 0;
      if (rising) high = low;
      low = p;
    }
    alpha = high === undefined ? 4 * alpha : interpolate(low, high);
    if (alpha === low.alpha || !Number.isFinite(alpha)) break;
  }
  return low === start ? undefined : low;
}

/** The first of 1, ½, ¼, … that decreases sufficiently; undefined where none does. */
export function backtrack(value: (alpha: number) => number, start: Trial): number | undefined {
  for (let alpha = 1, i = 0; i < MAX_EVALUATIONS; alpha /= 2, i++) {
    if (value(alpha) <= start.value + DECREASE * alpha * start.slope) return alpha;
  }
  return undefined;
}
