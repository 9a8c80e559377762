// `nabla derive` as it is typed: a few runs in a process of their own, the rest through the command's parts.
import { describe, expect, test } from 'vitest';
import { Table, withTable } from '../../src/calculus/net.ts';
import { commands } from '../../src/cli/commands.ts';
import { type Request, writeDerivative } from '../../src/cli/derive/derive.ts';
import { readVariables } from '../../src/cli/derive/variables.ts';
import { readUsage, UsageError } from '../../src/cli/usage.ts';
import { declare } from '../../src/symbolic/declare.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { compareWithDifferences } from '../../src/symbolic/finite-differences.ts';
import { textSubject } from '../../src/symbolic/subject.ts';
import { nabla, nablaReading } from './run.ts';
import { screen } from './screen.ts';

const shapes = ['--var', 'X:m,n', '--var', 'w:n', '--var', 'y:m'];

/** What is written for an expression, whose declarations follow. */
function written(source: string, request: Partial<Request>, ...declarations: string[]): [out: string, notes: string] {
  const [out, notes] = [screen(), screen()];
  const wrt = declarations[0]!.split(':')[0]!;
  const read = readVariables(declarations, source, wrt, false);
  const defaults = { source, ...read, wrt, order: 'gradient', form: 'text', checked: false } as const;
  expect(writeDerivative({ ...defaults, ...request }, out.terminal, notes.terminal)).toBe(true);
  return [out.text(), notes.text()];
}

describe('in a process', () => {
  test('a gradient, checked', () => {
    const { status, stdout, stderr } = nabla('derive', 'norm2(X*w-y)^2', '--wrt', 'w', ...shapes, '--check');
    expect([status, stderr]).toEqual([0, '']);
    const [formula, layout, outcome] = stdout.split('\n');
    expect([formula, layout]).toEqual(["2*X'*(X*w-y)", 'layout tensor, shape [n]: the shape of w']);
    expect(outcome).toMatch(/^check passed: relative error \d\.\de-\d+ against .* at a random point \(m = 3, n = 2\)$/);
  });

  test('standard input, with JSON', () => {
    const { status, stdout, stderr } = nablaReading(
      "x'*A\n  *x\n",
      'derive',
      '-',
      '--wrt',
      'x',
      '--hessian',
      '--json',
      '--var',
      'x:n',
      '--var',
      'A:n,n:symmetric',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      ...{
        function: "x'*A   *x",
        wrt: 'x',
        order: 'hessian',
        text: '2*A',
        lets: {},
        inlined: '2*A',
        latex: '2 A',
        latexLets: {},
      },
      ...{
        layout: 'tensor',
        shape: ['n', 'n'],
        shapes: { x: ['n'], A: ['n', 'n'] },
        index: expect.any(String),
        vec: '2*A',
        facts: ['symmetric'],
      },
    });
  });

  test('a formula that could not be checked is index notation with a note, and exit code 1', () => {
    const { status, stdout, stderr } = nabla('derive', 'log(-x*x)', '--wrt', 'x', '--var', 'x:');
    expect([status, stdout]).toEqual([1, '2 x^-1\nlayout tensor, shape []: the shape of x\n']);
    expect(stderr).toMatch(/^nabla: no point with a finite derivative was found, .*\n$/);
    expect(JSON.parse(nabla('derive', 'log(-x*x)', '--wrt', 'x', '--var', 'x:', '--json').stdout).text).toBe('2 x^-1');
  });

  test('a syntax error is one line with the column, and exit code 2', () => {
    const stderr = "nabla: parse: '(' is not closed at column 6. See nabla --help.\n";
    expect(nabla('derive', 'norm2(X*w-y^2', '--wrt', 'w', ...shapes)).toEqual({ status: 2, stdout: '', stderr });
  });
});

describe('wrong usage', () => {
  const V = ['--wrt', 'w', ...shapes];
  const wrong: [args: string[], message: string][] = [
    [['norm2(X*y)', ...V], '*: inner sizes differ: [m,n] * [m] needs n = m at column 8.'],
    [['norm2(X*w-z+w)', ...V], 'no shapes of z fit the expression; declare shapes, for example --var z:n.'],
    [['sum(a*b)', '--wrt', 'c'], 'the shapes of a and b are ambiguous; declare shapes, for example --var a:n.'],
    [['w+foo(w)', '--wrt', 'w'], "derive: unknown function 'foo' at column 3."],
    [['norm2(w,y)', '--wrt', 'w'], 'norm2: takes 1 argument, got 2 at column 1.'],
    [
      ['inv(A)*b', '--wrt', 'A'],
      'no shapes of A, b make a scalar of the expression; use --jacobian, or declare shapes, for example --var A:m,n.',
    ],
    [['norm2(x)', '--wrt', 'x', '--var', 'S:?:spd'], 'the shape of S cannot be inferred: it does not occur.'],
    [['norm2(X*w-y)', '--wrt', 'q', ...shapes], '--wrt q is no variable; there are X, w, y.'],
    [['norm2(X*w-y)', ...V, '--hessian', '--jacobian'], '--hessian and --jacobian exclude each other.'],
    [['norm2(X*w-y)', ...V, '--code', 'julia', '--json'], '--code and --json exclude each other.'],
    [['norm2(X*w-y)', ...V, '--code', 'c'], "--code knows typescript, numpy, jax, pytorch, julia, not 'c'."],
    [['X*w-y', ...V], 'gradient: the function must be a scalar, its shape is [m] (use jacobian).'],
    [['norm2(X*w-y)', ...shapes], 'derive needs --wrt <name>, the variable to derive by.'],
    [V, 'derive needs an expression, or - to read it from standard input.'],
    [[' ', ...V], 'the expression is empty.'],
  ];
  test.each(wrong.map(([args, message]) => ({ args, message })))('$message', ({ args, message }) => {
    const usage = readUsage(['derive', ...args], commands);
    if (usage.kind !== 'run') throw new Error(usage.kind);
    expect(() => usage.command.run(usage.options, usage.argument)).toThrow(new UsageError(message));
  });
});

describe('what is written', () => {
  test('a Hessian names what it shares', () => {
    expect(written('norm2(X*w-y)', { order: 'hessian' }, 'w:n', 'X:m,n', 'y:m')[0]).toBe(
      "X'*(X/norm2(r)-r*r'*X/norm2(r)^3)\nwhere r = X*w-y\nsymmetric, positive semidefinite, rank <= m\nlayout tensor, shape [n, n]: the axes of the gradient, then those of w\n",
    );
  });

  test('a Jacobian of a vec is a Kronecker product, both sides stacked by columns', () => {
    expect(written('vec(X*A)', { order: 'jacobian' }, 'X:m,n', 'A:n,p')[0]).toBe(
      "kron(A',eye(m))\napplied to Xi: vec(Xi*A)\nlayout vec, shape [m*p, m*n]: both sides stacked by columns\n",
    );
  });

  test('a Hessian of order 4 also as a map of a direction', () => {
    expect(written('log(det(X))', { order: 'hessian' }, 'X:n,n')[0]).toContain(
      "\napplied to Xi: -(inv(X)*Xi*inv(X))'\n",
    );
  });

  test('LaTeX and code stay free of remarks', () => {
    const [latex, notes] = written('norm2(X*w-y)', { form: 'latex', checked: true }, 'w:2', 'X:3,2', 'y:3');
    expect(latex).toBe('\\frac{X^{\\top} r}{\\left\\lVert r \\right\\rVert_{2}} \\quad\\text{where } r = X w - y\n');
    expect(notes).toMatch(/^check passed: relative error .* at a random point\n$/);
    const [code] = written('log(det(X))', { form: { code: 'numpy' } }, 'X:n,n');
    expect(code).toBe('import numpy as np\n\ndef derivative(X):\n    return np.linalg.inv(X).T\n');
  });

  test('JSON holds the outcome of the check', () => {
    const [text] = written('a^3', { form: 'json', checked: true }, 'a');
    expect(JSON.parse(text)).toMatchObject({
      text: '3*a^2',
      shape: [],
      shapes: { a: [] },
      check: { passed: true, sizes: {} },
    });
  });
});

describe('--check', () => {
  const orders = [
    ['logdet(X)', 'gradient', ['X:n,n:spd']],
    ['sum(log(x))', 'hessian', ['x:n:positive']],
    ["X'*B*X", 'jacobian', ['X:m,n', 'B:m,m']],
    ['vec(X*A)', 'jacobian', ['X:m,n', 'A:n,p']],
    ["tr(X'*B*X)", 'hessian', ['X:m,n', 'B:m,m']],
    ['sin(a)*x', 'jacobian', ['a', 'x:n']],
  ] as const;

  test('mixed second derivatives, and nothing along a direction', () => {
    const f = derive("x'*B*y", { variables: { x: ['m'], B: ['m', 'n'], y: ['n'] } });
    expect(f.hessian('x', 'y').check()).toMatchObject({ passed: true, sizes: { m: 3, n: 2 } });
    expect(f.directional('x').check()).toBeUndefined();
  });

  test.each(orders)('%s: the %s agrees with differences', (source, order, declarations) => {
    const v = declarations[0]!.split(':')[0]!;
    const { variables } = readVariables(declarations, source, v, false);
    const outcome = derive(source, { variables })[order](v).check();
    expect(outcome!.passed).toBe(true);
    expect(outcome!.error).toBeGreaterThan(0);
  });

  test('finds a formula of another function', () => {
    const variables = { x: ['n'] };
    const formula = derive("x'*x", { variables }).gradient('x');
    const other = withTable(new Table(), () => textSubject("1.001*x'*x", declare(variables), {}));
    expect(compareWithDifferences(formula, other, 'gradient', 'x', 'x')).toMatchObject({ passed: false });
  });
});

describe('--var', () => {
  const read = (declarations: readonly string[], source: string, wrt = 'X') =>
    readVariables(declarations, source, wrt, true);

  test('names and numbers as sizes, facts, scalars', () => {
    expect(read(['X:m,3:positive,small', 'a', 'b:', 'c::positive'], 'a*b*c*m*sum(X)').variables).toEqual({
      X: { shape: ['m', 3], is: ['positive', 'small'] },
      a: { shape: [], is: [] },
      b: { shape: [], is: [] },
      c: { shape: [], is: ['positive'] },
    });
  });

  const wrong: [declarations: string[], message: string][] = [
    [['X:m,n', 'w:n:a:b'], "--var takes name:sizes:facts, not 'w:n:a:b'."],
    [[':m'], "--var takes name:sizes:facts, not ':m'."],
    [['X:m', 'X:m,n'], '--var declares X twice.'],
  ];
  test.each(wrong.map(([declarations, message]) => ({ declarations, message })))(
    '$message',
    ({ declarations, message }) => {
      expect(() => read(declarations, 'norm2(X*w)+λ')).toThrow(new UsageError(message));
    },
  );
});

describe('shapes that are inferred', () => {
  const shapesOf = (source: string, wrt: string, order: 'gradient' | 'jacobian', ...declarations: string[]) => {
    const { variables } = readVariables(declarations, source, wrt, order !== 'jacobian');
    return Object.fromEntries(Object.entries(variables).map(([name, v]) => [name, 'shape' in v ? v.shape : v]));
  };
  const cases: [source: string, wrt: string, order: 'gradient' | 'jacobian', shapes: Record<string, string[]>][] = [
    ['norm2(X*w-y)^2', 'w', 'gradient', { X: ['m', 'n'], w: ['n'], y: ['m'] }],
    ["x'*A*x", 'x', 'gradient', { x: ['n'], A: ['n', 'n'] }],
    ["norm2(Y-U*W')^2", 'U', 'gradient', { Y: ['m', 'n'], U: ['m', 'k'], W: ['n', 'k'] }],
    ['softmax(W*x+b)', 'x', 'jacobian', { W: ['m', 'n'], x: ['n'], b: ['m'] }],
    ['kron(A,B)*vec(X)', 'X', 'jacobian', { A: ['m', 'n'], B: ['k', 'p'], X: ['p', 'n'] }],
    ["sum(softplus(X*w))+0.5*c*w'*w", 'w', 'gradient', { X: ['m', 'n'], w: ['n'], c: [] }],
    ['norm2(x-sum(x)/n*ones(n))^2', 'x', 'gradient', { x: ['n'] }],
    ['tr(A*X*B)', 'X', 'gradient', { A: ['m', 'n'], X: ['n', 'k'], B: ['k', 'm'] }],
    ['lambda*norm1(w)', 'w', 'gradient', { lambda: [], w: ['n'] }],
    ['x^2', 'x', 'gradient', { x: [] }],
    ['einsum("i,ij,j->",a,X,b)', 'X', 'gradient', { a: ['m'], X: ['m', 'n'], b: ['n'] }],
    ["exp(x)'*diag(d)*exp(x)", 'd', 'gradient', { x: ['n'], d: ['n'] }],
    ['logdet(S)-tr(S*C)', 'S', 'gradient', { S: ['n', 'n'], C: ['n', 'n'] }],
  ];
  test.each(cases)('%s', (source, wrt, order, shapes) => {
    expect(shapesOf(source, wrt, order)).toEqual(shapes);
  });

  test('facts alone may be declared, and declared shapes are kept', () => {
    const { variables, inferred } = readVariables(['S:?:spd', 'x:k'], "x'*S*x", 'x', true);
    expect(variables).toEqual({ x: { shape: ['k'], is: [] }, S: { shape: ['k', 'k'], is: ['spd'] } });
    expect(inferred).toEqual(['S']);
  });

  test('are shown', () => {
    const { status, stdout, stderr } = nabla('derive', 'norm2(X*w-y)^2', '--wrt', 'w');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 2)).toEqual(["2*X'*(X*w-y)", 'shapes inferred: X [m, n], w [n], y [m]']);
  });
});
