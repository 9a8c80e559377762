// What a derivation offers besides gradients: mixed derivatives, directions, operators, layouts, facts, given names, values,
// compiled functions, and honest answers where no formula can be trusted.
import { describe, expect, it } from 'vitest';
import { ArgumentError, NotDifferentiableError, ShapeError } from '../../src/errors.ts';
import { derive } from '../../src/symbolic/derive.ts';
import { tensor } from '../../src/tensor/create.ts';

const leastSquares = derive('norm2(X*w-y)^2', { variables: { X: ['m', 'n'], w: ['n'], y: ['m'] } });

describe('forms', () => {
  it('gradient and Hessian of least squares', () => {
    expect(leastSquares.gradient('w').text).toBe("2*X'*(X*w-y)");
    expect(leastSquares.gradient('w').latex).toBe('2 X^{\\top} \\left(X w - y\\right)');
    expect(leastSquares.hessian('w').text).toBe("2*X'*X");
    expect(leastSquares.hessian('w').latex).toBe('2 X^{\\top} X');
    expect(leastSquares.hessian('w').index).toBe('2 sum_k X[k,i] X[k,j]');
  });

  it('mixed second derivatives, rows for the first variable', () => {
    const h = leastSquares.hessian('w', 'y');
    expect(h.text).toBe("-2*X'");
    expect(leastSquares.hessian('y', 'w').text).toBe('-2*X');
    expect(leastSquares.hessian('w', 'X').operator).toBe("2*(X'*Xi*w+Xi'*(X*w-y))");
  });

  it('directional derivatives', () => {
    const d = derive('inv(X)', { variables: { X: { shape: ['n', 'n'], is: 'invertible' } } }).directional('X');
    expect(d.text).toBe('-inv(X)*Xi*inv(X)');
    expect(d.direction).toBe('Xi');
    const values = {
      X: [
        [2, 0],
        [0, 1],
      ],
      Xi: [
        [1, 2],
        [3, 4],
      ],
    };
    const along = [
      [-0.25, -1],
      [-1.5, -4],
    ];
    expect(d.evaluate(values).toArray()).toEqual(along);
    expect(d.compile()(values).toArray()).toEqual(along);
    expect(d.code('numpy')).toContain('def derivative(X, Xi):\n    return -np.linalg.inv(X) @ Xi @ np.linalg.inv(X)');
    expect(() => d.evaluate({ X: values.X })).toThrow('Xi has no value');
  });

  it('orders 3 and 4 as operators and Kronecker products, the order of vec stated', () => {
    const h = derive("norm2(Y-U*W')^2", { variables: { Y: ['m', 'n'], U: ['m', 'k'], W: ['n', 'k'] } }).hessian('U');
    expect(h.layout).toBe('tensor');
    expect(h.operator).toBe("2*Xi*W'*W");
    expect(h.vec).toBe("2*kron(W'*W,eye(m))");
    expect(h.vecOrder).toBe('columns');
    expect(h.index).toBe('2 sum_a W[a,j] W[a,l] delta[i,k]');
  });

  it('names shared parts, in order', () => {
    const g = derive("logdet(W*W'+diag(d))+tr(inv(W*W'+diag(d))*C)", {
      variables: { W: ['n', 'k'], C: { shape: ['n', 'n'], is: 'symmetric' }, d: { shape: ['n'], is: 'positive' } },
    }).gradient('d');
    expect(g.text).toBe('diag(M-M*C*M)');
    expect(g.lets).toEqual([['M', "inv(W*W'+diag(d))"]]);
    expect(g.inlined).toBe("diag(inv(W*W'+diag(d))-inv(W*W'+diag(d))*C*inv(W*W'+diag(d)))");
  });

  it('uses the names that were given', () => {
    const g = derive("x'*M*x", {
      variables: { x: ['n'], P: { shape: ['n', 'n'], is: 'spd' }, t: { shape: [], is: 'positive' } },
      let: { M: 'inv(P+t*eye(n))' },
    }).gradient('x');
    expect(g.text).toBe('2*M*x');
    expect(g.lets).toEqual([['M', 'inv(P+t*eye(n))']]);
  });
});

describe('facts', () => {
  it.each([
    [
      'sum(log(1+exp(-y.*(X*w))))',
      'w',
      { X: ['p', 'n'], w: ['n'], y: { shape: ['p'], is: 'pm1' } },
      "-X'*(sigmoid(-y.*(X*w)).*y)",
    ],
    ["-y'*log(softmax(x))", 'x', { x: ['n'], y: { shape: ['n'], is: 'simplex' } }, 'softmax(x)-y'],
    ["x'*S*x", 'x', { x: ['n'], S: { shape: ['n', 'n'], is: 'symmetric' } }, '2*S*x'],
    ['logdet(S)', 'S', { S: { shape: ['n', 'n'], is: 'spd' } }, 'inv(S)'],
    ['norm2(Q*x)^2', 'x', { x: ['n'], Q: { shape: ['m', 'n'], is: 'orthogonal' } }, '2*x'],
    ["norm2(Q)^2*(x'*x)", 'x', { x: ['n'], Q: { shape: ['m', 'n'], is: 'orthogonal' } }, '2*n*x'],
    // Every row of a one-hot matrix sums to 1, all of it to the number of its rows.
    ["sum(A)*(x'*x)", 'x', { x: ['n'], A: { shape: ['m', 'n'], is: 'rowonehot' } }, '2*m*x'],
    ['norm2(A)', 'A', { A: { shape: ['m', 'n'], is: 'rowonehot' } }, 'A/sqrt(m)'],
    ["tr(A'*A)*sum(x)", 'x', { x: ['n'], A: { shape: ['n', 'n'], is: 'rowonehot' } }, 'n*ones(n)'],
    ["sum(A'*y)", 'y', { y: ['m'], A: { shape: ['m', 'n'], is: 'rowonehot' } }, 'ones(m)'],
    ["norm1(p)*(x'*x)", 'x', { x: ['n'], p: { shape: ['n'], is: 'pm1' } }, '2*n*x'],
    ["sum(sqrt(o))*(x'*x)", 'x', { x: ['n'], o: { shape: ['n'], is: 'onehot' } }, '2*x'],
    // norm2 has no derivative at 0, which is drawn for such a b; its square has.
    ['1/(1+norm2(b)^2)', 'b', { b: { shape: ['n'], is: 'binary' } }, '-2*b/(1+sum(b))^2'],
  ] as const)('%s', (text, wrt, variables, expected) => {
    const g = derive(text, { variables }).gradient(wrt);
    expect(g.warning).toBeUndefined();
    expect(g.text).toBe(expected);
  });
});

describe('numbers', () => {
  it.each([
    ['c^1e-14', 'c', '1e-14/c^0.99999999999999'],
    ['sum(tanh(x/1e15))', 'x', '1e-15-tanh(x/1000000000000000).^2/1000000000000000'],
    ['0.99999999999^c', 'c', '0.99999999999^c*log(0.99999999999)'],
    ['(0.1+0.2)*sum(x)', 'x', '0.3*ones(n)'],
    ["x'*x/7", 'x', '2/7*x'],
    ["2.5e-5*3*x'*x", 'x', '0.00015*x'],
    ["3.141592653589793*x'*x/2", 'x', '3.141592653589793*x'],
  ])('%s keeps them', (text, wrt, expected) => {
    const g = derive(text, { variables: { x: ['n'], c: { shape: [], is: 'positive' } } }).gradient(wrt);
    expect(g.warning).toBeUndefined();
    expect(g.text).toBe(expected);
  });
});

describe('values', () => {
  const values = {
    X: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    w: [1, -1],
    y: [1, 2, 3],
  };

  it('evaluates plain arrays and tensors', () => {
    expect(leastSquares.gradient('w').evaluate(values).toArray()).toEqual([-62, -80]);
    const w = tensor([1, -1], { dtype: 'float64' });
    expect(
      leastSquares
        .gradient('w')
        .evaluate({ ...values, w })
        .toArray(),
    ).toEqual([-62, -80]);
  });

  it('compiles', () => {
    const f = leastSquares.hessian('w').compile();
    const X = tensor(values.X, { dtype: 'float64' });
    expect(f({ X: values.X }).toArray()).toEqual(f({ X }).toArray());
    const identity = derive("x'*x", { variables: { x: ['n'] } }).hessian('x');
    expect([3, 2].map((n) => identity.compile()({ n }).shape)).toEqual([
      [3, 3],
      [2, 2],
    ]);
    expect(f({ X }).toArray()).toEqual([
      [70, 88],
      [88, 112],
    ]);
  });

  it('refuses values that do not fit', () => {
    expect(() => leastSquares.gradient('w').evaluate({ ...values, w: [1, 2, 3] })).toThrow(ShapeError);
    expect(() => leastSquares.gradient('w').evaluate({ X: values.X, w: [1, 2] })).toThrow('y has no value');
  });
});

describe('refusals', () => {
  it.each([
    [() => leastSquares.gradient('v'), ArgumentError, "'v' is no variable"],
    [
      () => derive('X*w', { variables: { X: ['m', 'n'], w: ['n'] } }).gradient('w'),
      NotDifferentiableError,
      'must be a scalar',
    ],
    [() => derive("w'", { variables: { w: ['n'] } }).jacobian('w'), NotDifferentiableError, 'row vector'],
    [() => derive('x', { variables: { x: { shape: ['n'], is: 'spd' } } }), ArgumentError, 'said to be spd'],
    [() => derive('x', { variables: { x: ['n'], n: [] } }), ArgumentError, 'both a variable and a size'],
    [() => leastSquares.gradient('w').code('fortran' as never), ArgumentError, "unknown target 'fortran'"],
  ] as const)('%#', (run, type, message) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  });

  it('a function without a finite derivative is shown with a warning', () => {
    const g = derive('log(-x*x)', { variables: { x: [] } }).gradient('x');
    expect(g.warning).toContain('could not be checked');
  });
});
