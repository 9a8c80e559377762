// A singular or eigenvector is determined up to its sign only. The convention here: the entry of largest magnitude is
// positive, and among entries that tie within 1e-6 the first one decides, so that rounding does not.

const TIE = 1 - 1e-6;

/** -1 when the convention asks for row i (n entries) to be negated, 1 otherwise. */
export function conventionalSign(rows: Float64Array, n: number, i: number): 1 | -1 {
  const row = rows.subarray(i * n, (i + 1) * n);
  let largest = 0;
  for (let k = 0; k < n; k++) largest = Math.max(largest, Math.abs(row[k]!));
  const leading = row.find((x) => Math.abs(x) >= TIE * largest);
  return leading !== undefined && leading < 0 ? -1 : 1;
}
