// Loops that walk over the same values become one, and a loop gives only what is read. Reverse mode makes such pairs: the
// loop itself, and the same loop once more with the values that the way back will need.
import { type Atom, type Equation, Program, Var } from '../program/program.ts';
import { type Loop, loopOf } from './loops.ts';
import { atomNames, simplify } from './simplify.ts';

export function mergeLoops(program: Program): Program {
  if (!program.equations.some(loopOf)) return program;
  return withoutUnread(merged(program));
}

function merged(program: Program): Program {
  const same = new Map<Var, Atom>();
  const atom = (a: Atom): Atom => (a instanceof Var ? (same.get(a) ?? a) : a);
  const name = atomNames();
  const places = new Map<string, number>();
  const equations: Equation[] = [];
  for (const original of program.equations) {
    const e = { ...original, x: original.x.map(atom) };
    const loop = loopOf(e);
    const key = loop && `${e.x.map(name).join()} ${loop.constants} ${loop.carry} ${loop.length} ${loop.reverse}`;
    const place = key === undefined ? undefined : places.get(key);
    const before = place === undefined ? undefined : equations[place]!;
    const both = before && bothBodies(loopOf(before)!, loop!);
    if (before && both) {
      const { carry } = loop!;
      equations[place!] = { ...before, p: { ...loop, body: both }, outs: [...before.outs, ...e.outs.slice(carry)] };
      e.outs.slice(0, carry).forEach((v, i) => {
        same.set(v, before.outs[i]!);
      });
      continue;
    }
    if (key !== undefined) places.set(key, equations.length);
    equations.push(e);
  }
  return new Program(program.inputs, equations, program.outputs.map(atom));
}

/** The body that gives the slices of both; undefined where the carries differ. */
function bothBodies({ body: a, carry }: Loop, { body: b }: Loop): Program | undefined {
  const renamed = new Map<Var, Atom>(b.inputs.map((v, i) => [v, a.inputs[i]!]));
  const atom = (x: Atom): Atom => (x instanceof Var ? (renamed.get(x) ?? x) : x);
  const outs = (e: Equation): Var[] =>
    e.outs.map((v) => {
      const own = new Var(v);
      renamed.set(v, own);
      return own;
    });
  const others = b.equations.map((e): Equation => ({ ...e, x: e.x.map(atom), outs: outs(e) }));
  const outputs = [...a.outputs, ...b.outputs.map(atom)];
  const both = simplify(new Program(a.inputs, [...a.equations, ...others], outputs));
  const second = a.outputs.length;
  for (let i = 0; i < carry; i++) if (both.outputs[i] !== both.outputs[second + i]) return undefined;
  return new Program(both.inputs, both.equations, [
    ...both.outputs.slice(0, second),
    ...both.outputs.slice(second + carry),
  ]);
}

/** Slices that nothing reads, or that are another's, are not made. */
function withoutUnread(program: Program): Program {
  const read = new Set<Atom>([...program.equations.flatMap((e) => e.x), ...program.outputs]);
  const same = new Map<Var, Atom>();
  const atom = (a: Atom): Atom => (a instanceof Var ? (same.get(a) ?? a) : a);
  const equations = program.equations.map((original) => {
    const e = { ...original, x: original.x.map(atom) };
    const loop = loopOf(e);
    if (!loop) return e;
    const { body, carry } = loop;
    const slices = new Map<Atom, Var>();
    e.outs.slice(carry).forEach((v, i) => {
      if (!read.has(v)) return;
      const slice = body.outputs[carry + i]!;
      const known = slices.get(slice);
      if (known) same.set(v, known);
      else slices.set(slice, v);
    });
    const outputs = [...body.outputs.slice(0, carry), ...slices.keys()];
    const less = simplify(new Program(body.inputs, body.equations, outputs));
    return { ...e, p: { ...loop, body: less }, outs: [...e.outs.slice(0, carry), ...slices.values()] };
  });
  return new Program(program.inputs, equations, program.outputs.map(atom));
}
