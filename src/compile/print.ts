// A plan as text, for people who look for the kernel that is slow: one line a loop nest, its walk, what it stores.
import type { Buffer, Expression, View } from './expression.ts';
import type { Plan } from './lower.ts';
import { type Nest, orderLoops, strideAlong, viewsOf } from './nest.ts';
import { nestOf, type Step } from './schedule.ts';

function showView(v: View, nest: Nest): string {
  const { loops } = orderLoops(nest);
  const steps = loops.map((l) => strideAlong(v, l)).join(',');
  return `%${v.buffer.id}${v.offset === 0 ? '' : `+${v.offset}`}(${steps})`;
}

function showNest(nest: Nest): string {
  const { loops, vector } = orderLoops(nest);
  const walk = loops.map((l, i) => `${l.reduced ? 'Σ' : ''}${l.size}${i === vector ? 'v' : ''}`).join(' × ');
  const names = new Map<Expression, string>();
  const lines: string[] = [];
  const name = (e: Expression): string => {
    if (e.kind === 'constant') return String(e.value);
    if (e.kind === 'load') return showView(e.view, nest);
    if (e.kind === 'position') return `position${showView(e.view, nest).slice(3)}`;
    if (e.kind === 'gather') return `${name(e.base)}[${e.stride}·${name(e.index)}]`;
    let known = names.get(e);
    if (!known) {
      const x = e.x.map(name);
      known = `t${names.size}`;
      names.set(e, known);
      lines.push(`    ${known}:${e.dtype} = ${[e.op.name, ...x].join(' ')}`);
    }
    return known;
  };
  for (const { value, target, at } of nest.stores) {
    const text = name(value);
    const place = at ? `[${at.stride}·${name(at.index)}] +` : ' ';
    lines.push(`    ${showView(target, nest)}${place}<- ${text}`);
  }
  for (const { kind, value, target } of nest.reductions) {
    const text = name(value);
    lines.push(`    ${showView(target, nest)} <- ${kind} ${text}`);
  }
  return [`  for ${walk || '1'}  (${new Set(viewsOf(nest)).size} views)`, ...lines].join('\n');
}

function showStep(step: Step): string {
  if (step.kind === 'cluster') return showNest(nestOf(step));
  if (step.kind === 'copies') return step.nests.map(showNest).join('\n');
  if (step.kind === 'opaque') {
    const x = step.x.map((v) => `%${v.buffer.id}`).join(' ');
    return `  ${step.outs.map((b) => `%${b.id}`).join(' ')} <- reference ${step.op.name} ${x}`;
  }
  if (step.kind === 'loop') {
    const { loop, x, outs } = step;
    const names = (buffers: readonly Buffer[]): string => buffers.map((b) => `%${b.id}`).join(' ');
    return `  ${names(outs)} <- loop of ${Number.isFinite(loop.length) ? loop.length : 'unknown length'} ${names(x.map((v) => v.buffer))}`;
  }
  const { m, n, k, batch, symmetric } = step.product;
  const times = batch.length > 0 ? `${batch.map(({ size }) => size).join('×')} × ` : '';
  const { bias, relu } = step.epilogue;
  const after = `${bias ? ` + %${bias.view.buffer.id}` : ''}${relu ? ', relu' : ''}`;
  return `  %${step.out.id} <- ${symmetric ? 'half ' : ''}product ${times}[${m},${k}]·[${k},${n}] %${step.a.buffer.id} %${step.b.buffer.id}${after}`;
}

export function showPlan(plan: Plan): string {
  return ['loops {', ...plan.steps.map(showStep), '}'].join('\n');
}
