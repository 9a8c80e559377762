/**
 * Which folder of src/ may import which, so that reading them in order never needs a later one.
 *
 * Type-only imports count as imports for the layers, but not for cycles: the compiler erases them.
 */
import { describe, expect, it } from 'vitest';
import { findCycles, type Import, readImports } from './import-graph.ts';

type Rule = { only: readonly string[] } | { not: readonly string[] };

const values = ['src/errors', 'src/tensor'];
const above = ['src/eager', 'src/cli', 'src/index'];
const libraries = ['src/linalg', 'src/nn', 'src/optim', 'src/random', 'src/special', 'src/data'];
const publicModules = [...values, 'src/ops', 'src/program', 'src/transforms', ...libraries];

/** The rule of the longest matching folder holds. Within src/, `cli` may import everything. */
const layers: Record<string, Rule> = {
  src: { not: above },
  'src/errors': { only: ['src/errors'] },
  'src/tensor': { only: values },
  'src/linalg/kernels': { only: [...values, 'src/linalg/kernels'] },
  'src/ops': { only: [...values, 'src/ops', 'src/linalg/kernels'] },
  'src/program': { only: [...values, 'src/ops', 'src/program'] },
  'src/transforms': { not: [...above, 'src/backends'] },
  'src/calculus': { only: [...values, 'src/ops', 'src/program', 'src/transforms', 'src/calculus'] },
  'src/structured': { only: [...publicModules, 'src/compile/simplify', 'src/calculus', 'src/structured'] },
  'src/symbolic': { only: [...publicModules, 'src/calculus', 'src/symbolic'] },
  'src/eager': { not: ['src/cli', 'src/index'] },
  'src/index': { not: ['src/cli'] },
  'src/cli': { not: [] },
  ...Object.fromEntries(libraries.map((folder) => [folder, { only: publicModules }])),
  'src/optim': { only: [...publicModules, 'src/structured'] },
};

/** The rest of src/ runs in browsers too. */
const nodeOnly = ['src/cli', 'src/data/node'];

const imports = readImports('src');

function inside(path: string, folder: string): boolean {
  return path === `${folder}.ts` || path.startsWith(`${folder}/`);
}

function layerOf(path: string): string {
  const matching = Object.keys(layers).filter((folder) => inside(path, folder));
  return matching.reduce((longest, folder) => (folder.length > longest.length ? folder : longest));
}

function allows(rule: Rule, target: string): boolean {
  if ('only' in rule) return rule.only.some((folder) => inside(target, folder));
  return !rule.not.some((folder) => inside(target, folder));
}

function show({ from, line, target }: Import): string {
  return `${from}:${line} imports ${target}`;
}

describe('layers', () => {
  for (const [folder, rule] of Object.entries(layers)) {
    const title =
      'only' in rule
        ? `only ${rule.only.join(', ')}`
        : rule.not.length > 0
          ? `nothing of ${rule.not.join(', ')}`
          : 'anything';
    it(`${folder} imports ${title}`, () => {
      const relative = imports.filter(({ from, target }) => layerOf(from) === folder && target.startsWith('src/'));
      expect(relative.filter(({ target }) => !allows(rule, target)).map(show)).toEqual([]);
    });
  }

  it('src imports no package, and Node modules only where Node is certain', () => {
    const foreign = imports.filter(({ target }) => !target.startsWith('src/'));
    const allowed = ({ from, target }: Import): boolean =>
      target.startsWith('node:') && nodeOnly.some((folder) => inside(from, folder));
    expect(foreign.filter((entry) => !allowed(entry)).map(show)).toEqual([]);
  });
});

describe('import cycles', () => {
  it('src has none', () => {
    expect(findCycles(imports).map((cycle) => cycle.join(' → '))).toEqual([]);
  });

  it('are found where they exist', () => {
    const load = (from: string, target: string): Pick<Import, 'from' | 'target' | 'kind'> => ({
      from,
      target,
      kind: 'load',
    });
    expect(findCycles([load('a', 'b'), load('b', 'c'), load('a', 'c')])).toEqual([]);
    expect(findCycles([load('a', 'b'), load('b', 'c'), load('c', 'b')])).toEqual([['b', 'c', 'b']]);
    expect(findCycles([load('a', 'b'), { ...load('b', 'a'), kind: 'types' }])).toEqual([]);
  });
});
