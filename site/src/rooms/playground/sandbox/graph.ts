// The computation graph of the function: one node an operation, and which edges carry a cotangent back.
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Given, GraphAnswer, GraphNode } from '../answers.ts';
import { isVar, nameVariables, showDetail, showType, type Var } from './names.ts';
import { subject } from './subject.ts';
import { trace } from './transforms.ts';

const isFloat = ({ dtype }: Var): boolean => dtype.startsWith('float');

export function graph(given: Given, tools: SandboxTools): GraphAnswer {
  const { f, args, inputs } = subject(given, tools);
  const program = trace(f)(...args);
  const name = nameVariables(
    program,
    inputs.map((input) => input.name),
  );
  const place = new Map<Var, number>();
  const nodes: GraphNode[] = [];
  const depends = new Set<number>();
  program.inputs.forEach((v) => {
    if (isFloat(v)) depends.add(nodes.length);
    place.set(v, nodes.length);
    nodes.push({ kind: 'input', name: name(v), operation: '', detail: '', type: showType(v), from: [], active: [] });
  });
  const add = (
    kind: GraphNode['kind'],
    node: Pick<GraphNode, 'name' | 'operation' | 'detail' | 'type'>,
    x: readonly Var[],
  ) => {
    const from = x.map((v) => place.get(v)!);
    const active = from.map((at, i) => depends.has(at) && isFloat(x[i]!));
    if (active.some(Boolean)) depends.add(nodes.length);
    nodes.push({ kind, ...node, from, active });
  };
  for (const equation of program.equations) {
    const [out] = equation.outs;
    if (!out) continue;
    for (const v of equation.outs) place.set(v, nodes.length);
    const node = { name: name(out), operation: equation.op.name, detail: showDetail(equation), type: showType(out) };
    add('operation', node, equation.x.filter(isVar));
  }
  program.outputs.filter(isVar).forEach((v, i) => {
    const label = program.outputs.length > 1 ? `output ${i + 1}` : 'output';
    add('output', { name: label, operation: '', detail: '', type: showType(v) }, [v]);
  });
  return { nodes: withoutDeadEnds(nodes) };
}

/** Cotangents start at the outputs: an edge that leads to none carries nothing back. */
function withoutDeadEnds(nodes: readonly GraphNode[]): GraphNode[] {
  const reached = new Set<number>();
  const result = new Array<GraphNode>(nodes.length);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    const alive = node.kind === 'output' || reached.has(at);
    const active = node.active.map((flows) => flows && alive);
    node.from.forEach((from, i) => {
      if (active[i]) reached.add(from);
    });
    result[at] = { ...node, active };
  }
  return result;
}
