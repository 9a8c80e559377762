// Products taken entry by entry, with powers: numerators .* numerators ./ denominators; and the same for scalars.
import { binary, call, type Expression, num, sameExpression } from '../expression.ts';
import { type Form, form, scaledOf } from './form.ts';

export interface Entry {
  readonly form: Form;
  readonly power: number;
}

/** Equal forms as one with the sum of their powers. */
export function mergedEntries(entries: readonly Entry[]): Entry[] {
  const merged: Entry[] = [];
  for (const entry of entries) {
    const k = merged.findIndex(({ form: f }) => sameExpression(f.e, entry.form.e));
    if (k < 0) merged.push(entry);
    else merged[k] = { form: merged[k]!.form, power: merged[k]!.power + entry.power };
  }
  return merged.filter(({ power }) => power !== 0);
}

/** A number as an expression: decimals where they are short, else a fraction, else all digits but the rounding's. */
export function numberForm(value: number): Expression {
  const decimal = Number(value.toPrecision(14));
  if (Number(decimal.toFixed(4)) === decimal) return num(decimal);
  for (let q = 2; q <= 5040; q++) {
    const p = Math.round(value * q);
    if (p !== 0 && Math.abs(value * q - p) < 2e-15 * Math.abs(p)) return binary('/', num(p), num(q));
  }
  return num(String(decimal).length + 3 < String(value).length ? decimal : value);
}

function exponentForm(power: number): Expression {
  return numberForm(power);
}

/** base^power for a positive power; the square of a norm gives norms of any power. */
function raised(base: Expression, power: number, op: '^' | '.^'): Expression {
  if (power === 1) return base;
  if (
    op === '^' &&
    base.kind === 'binary' &&
    base.op === '^' &&
    base.left.kind === 'call' &&
    base.right.kind === 'number'
  ) {
    if (base.left.name === 'norm2') return raised(base.left, power * base.right.value, op);
  }
  if (power === 0.5) return call('sqrt', base);
  return binary(op, base, exponentForm(power));
}

function joined(op: '*' | '.*', list: readonly Expression[]): Expression | undefined {
  if (list.length === 0) return undefined;
  return list.reduce((a, b) => (op === '*' ? scaledOf(a, b) : binary(op, a, b)));
}

/** Entry by entry product as a form; undefined when it is all ones. */
export function entriesForm(entries: readonly Entry[]): Form | undefined {
  const merged = mergedEntries(entries);
  if (merged.length === 0) return undefined;
  const side = (pick: (f: Form) => Expression): Expression => {
    const over = merged.filter(({ power }) => power > 0).map((x) => raised(pick(x.form), x.power, '.^'));
    const under = merged.filter(({ power }) => power < 0).map((x) => raised(pick(x.form), -x.power, '.^'));
    const top = joined('.*', over);
    const bottom = joined('.*', under);
    if (!bottom) return top!;
    return binary('./', top ?? num(1), bottom);
  };
  const symmetric = merged.every(({ form: f }) => f.e === f.t);
  const e = side((f) => f.e);
  return symmetric
    ? { e, t: e }
    : form(
        e,
        side((f) => f.t),
      );
}

/** Scalars with powers, split into what stands before and what divides. */
export function scalarParts(entries: readonly Entry[]): {
  over: Expression | undefined;
  under: Expression | undefined;
} {
  const merged = mergedEntries(entries);
  return {
    over: joined(
      '*',
      merged.filter(({ power }) => power > 0).map((x) => raised(x.form.e, x.power, '^')),
    ),
    under: joined(
      '*',
      merged.filter(({ power }) => power < 0).map((x) => raised(x.form.e, -x.power, '^')),
    ),
  };
}
