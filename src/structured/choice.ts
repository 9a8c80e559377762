// Which way to a derivative is cheapest at these sizes: the structured plan, compressed products with one colour a group of
// columns, or n products in a batch. Counted in floating-point operations, and in elements where memory decides.
import { filled } from '../tensor/tensor.ts';
import type { PatternInput } from './pattern.ts';
import type { Block, Plan } from './plan.ts';
import { type SparseCandidate, type SparseRequest, sparsePlan } from './sparse-hook.ts';

export type Way = 'structured' | 'sparse' | 'products';

type Candidates = readonly (readonly SparseCandidate[])[];

export interface Choice {
  readonly way: Way;
  readonly why: string;
  /** The compressed products of every block, where they were looked for and found. */
  readonly sparse: Candidates | undefined;
  /** Whether they were looked for, and at the places of a given pattern. */
  readonly looked: boolean;
  readonly given: boolean;
  /** The same where cores meet numbers that are not finite: products know 0 · ∞ = 0. */
  readonly strict: () => Candidates | undefined;
  readonly costs: { readonly structured: number; readonly sparse: number | undefined; readonly products: number };
}

/** More elements than these are not made at once. */
const MOST_ELEMENTS = 3e7;
/** A plan may cost this much more than products before they are preferred: it runs as one program. */
const ADVANTAGE = 2;
/** Where all products take fewer operations, no pattern is looked for. */
const DETECTION = 1e6;

/** Whether a block has a piece without deltas or thin factors. */
function isFull({ pieces }: Block): boolean {
  return pieces.some((piece) => piece.kind === 'delta' && piece.labels.out.every((l) => !piece.labels.in.includes(l)));
}

/** A pattern is worth looking for where nets found no structure, and products are many. */
function mayBeSparse({ blocks, costs, opaque, hasNets }: Plan, structured: boolean): boolean {
  const full = !hasNets || opaque.length > 0 || (structured && blocks.flat().some(isFull));
  return full && (structured || costs.product * costs.products > DETECTION);
}

function sparseBlocks(
  plan: Plan,
  pattern: PatternInput | undefined,
  known: SparseRequest['known'],
  forward = false,
): SparseCandidate[][] | undefined {
  const { program, kind, blocks } = plan;
  const from = program.inputs.length - blocks[0]!.length;
  const rows: SparseCandidate[][] = [];
  for (const [output, row] of blocks.entries()) {
    const list: SparseCandidate[] = [];
    for (const i of row.keys()) {
      const symmetric = kind === 'hessian' && i === output;
      const found = sparsePlan({
        program,
        input: from + i,
        output,
        symmetric,
        forward,
        ...(pattern ? { pattern } : {}),
        ...(known ? { known } : {}),
      });
      if (!found) return undefined;
      list.push(found);
    }
    rows.push(list);
  }
  return rows;
}

/** `known`: the numbers of those inputs that patterns may depend on. */
export function choose(
  plan: Plan,
  structured: boolean,
  pattern?: PatternInput,
  known?: SparseRequest['known'],
): Choice {
  const { costs, blocks } = plan;
  const products = costs.product * costs.products;
  const looked = pattern !== undefined || mayBeSparse(plan, structured);
  const sparse = looked ? sparseBlocks(plan, pattern, known) : undefined;
  const entries = blocks.flat().reduce((n, b) => n + [...b.outShape, ...b.inShape].reduce((t, m) => t * m, 1), 0);
  const fill = structured ? 0 : entries;
  const compressed = sparse?.flat().reduce((total, { cost }) => total + cost, fill);
  const all = { structured: costs.plan, sparse: compressed, products };
  let found: { readonly blocks: Candidates | undefined } | undefined;
  const strict = (): Candidates | undefined => {
    found ??= { blocks: sparseBlocks(plan, pattern, known, true) };
    return found.blocks;
  };
  const made = (way: Way, why: string): Choice => ({
    way,
    why,
    sparse,
    looked,
    given: pattern !== undefined,
    strict,
    costs: all,
  });
  if (pattern) return made('sparse', 'the pattern was given');
  if (!plan.hasNets) {
    return compressed !== undefined && compressed < products
      ? made('sparse', 'one product a colour is cheapest')
      : made('products', 'the function has no structured plan');
  }
  if (compressed !== undefined && (compressed < costs.plan || costs.largest > MOST_ELEMENTS)) {
    return made('sparse', 'one product a colour is cheapest');
  }
  if (costs.largest > MOST_ELEMENTS && !structured) return made('products', 'the plan would need too much memory');
  if (costs.largest > MOST_ELEMENTS && plan.opaque.length > 0) {
    return made('products', 'the plan would need too much memory');
  }
  if (costs.plan > ADVANTAGE * products && plan.opaque.length > 0) return made('products', 'products are cheapest');
  if (costs.plan > ADVANTAGE * products && !structured) return made('products', 'products are cheapest');
  return made(
    'structured',
    costs.plan <= products ? 'the cores are cheapest' : 'the cores cost little more and are one program',
  );
}

const count = (n: number): string => (n < 1e4 ? String(Math.round(n)) : n.toExponential(1));

/** The classes of a block's parts, before there are numbers. */
function describeBlock({ assemblies, dtype }: Block): string {
  const parts = assemblies.map(({ shapes, make }) =>
    String(
      make(
        shapes.map((shape) => filled(shape, 0, dtype)),
        false,
      ),
    ),
  );
  return parts.length === 0 ? 'zero' : parts.join(' + ');
}

/** What was weighed, as text. */
export function explainChoice(plan: Plan, choice: Choice): string {
  const { costs, opaque, blocks } = plan;
  const names = blocks.flat().map(describeBlock);
  const [rows, columns] = [blocks.map((row) => row[0]!.outShape), blocks[0]!.map(({ inShape }) => inShape)];
  const shapes = (list: readonly (readonly number[])[]): string =>
    list.map((shape) => `[${shape.join(',')}]`).join(' ');
  const mark = (way: Way): string => (choice.way === way ? '->' : '  ');
  const colours = choice.sparse?.flat().reduce((n, candidate) => n + candidate.colours, 0);
  return [
    `${plan.kind}: ${shapes(rows)} by ${shapes(columns)}`,
    plan.hasNets
      ? `${mark('structured')} structured plan: ${names.join(', ')}, ${count(choice.costs.structured)} flops${
          opaque.length > 0 ? ` (whole Jacobians for ${opaque.join(', ')})` : ''
        }`
      : `${mark('structured')} structured plan: none, the function has loops, branches or rules of its own`,
    choice.costs.sparse === undefined
      ? `${mark('sparse')} colours × products: ${choice.looked ? 'none, the pattern is too dense' : 'not considered'}`
      : `${mark('sparse')} colours × products: ${colours} products${
          choice.given ? ' and one that checks the pattern' : ''
        }, ${count(choice.costs.sparse)} flops`,
    `${mark('products')} products: ${costs.products} of ${count(costs.product)}, ${count(choice.costs.products)} flops`,
    `chosen: ${choice.way}, because ${choice.why}`,
  ].join('\n');
}
