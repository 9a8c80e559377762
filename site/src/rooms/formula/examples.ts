// The examples of the Formula room, by theme. Shapes are written as in the room's fields: `m, n`; facts stand behind them.
export interface ExampleVariable {
  readonly shape: string;
  readonly facts?: readonly string[];
}
export interface Example {
  readonly id: string;
  readonly theme: string;
  readonly title: string;
  readonly expression: string;
  readonly variables: Readonly<Record<string, ExampleVariable>>;
  readonly wrt: string;
}

type Line = readonly [
  id: string,
  title: string,
  expression: string,
  wrt: string,
  variables: Readonly<Record<string, string>>,
];

const themes: Readonly<Record<string, readonly Line[]>> = {
  'First steps': [
    ['square', 'a power', 'a^3', 'a', { a: '' }],
    ['inner', 'inner product', "a'*x", 'x', { a: 'n', x: 'n' }],
    ['quadratic', 'quadratic form', "x'*A*x", 'x', { x: 'n', A: 'n, n' }],
    ['norm', 'Euclidean norm', 'norm2(x)', 'x', { x: 'n' }],
    ['linear', 'linear map', 'A*x', 'x', { A: 'm, n', x: 'n' }],
    ['elementwise', 'entry by entry', 'sum(exp(x).*sin(x))', 'x', { x: 'n' }],
  ],
  'Least squares': [
    ['least-squares', 'least squares', 'norm2(X*w-y)^2', 'w', { X: 'm, n', w: 'n', y: 'm' }],
    [
      'ridge',
      'ridge regression',
      'norm2(X*w-y)^2/2+c/2*norm2(w)^2',
      'w',
      { X: 'm, n', w: 'n', y: 'm', c: ':positive' },
    ],
    [
      'weighted',
      'weighted least squares',
      "(X*w-y)'*diag(s)*(X*w-y)",
      'w',
      { X: 'm, n', w: 'n', y: 'm', s: 'm :positive' },
    ],
    ['matrix-fit', 'fit of a matrix', 'norm2(A*X-B)^2', 'X', { A: 'm, n', X: 'n, k', B: 'm, k' }],
    ['huber', 'smooth absolute error', 'sum(sqrt((X*w-y).^2+1))', 'w', { X: 'm, n', w: 'n', y: 'm' }],
  ],
  'Machine learning': [
    ['logistic', 'logistic regression, labels ±1', 'sum(softplus(-y.*(X*w)))', 'w', { X: 'm, n', w: 'n', y: 'm :pm1' }],
    [
      'cross-entropy',
      'cross-entropy of a softmax',
      "logsumexp(W*x)-y'*W*x",
      'W',
      { W: 'k, n', x: 'n', y: 'k :onehot' },
    ],
    ['softmax', 'softmax', 'softmax(x)', 'x', { x: 'n' }],
    ['layer', 'a layer', 'tanh(W*x+b)', 'x', { W: 'm, n', x: 'n', b: 'm' }],
    ['network', 'two layers, one output', "v'*tanh(W*x+b)", 'W', { v: 'm', W: 'm, n', x: 'n', b: 'm' }],
    ['relu', 'a rectified layer', 'norm2(relu(W*x)-y)^2', 'x', { W: 'm, n', x: 'n', y: 'm' }],
    ['poisson', 'Poisson regression', "sum(exp(X*w))-y'*X*w", 'w', { X: 'm, n', w: 'n', y: 'm' }],
    ['cosine', 'cosine similarity', "x'*y/(norm2(x)*norm2(y))", 'x', { x: 'n', y: 'n' }],
    ['entropy', 'entropy', '-sum(x.*log(x))', 'x', { x: 'n :positive' }],
    ['divergence', 'Kullback–Leibler divergence', 'sum(x.*log(x./y))', 'x', { x: 'n :positive', y: 'n :positive' }],
  ],
  'Traces and products': [
    ['trace', 'trace of a product', 'tr(A*X)', 'X', { A: 'n, m', X: 'm, n' }],
    ['trace-quadratic', 'quadratic in a matrix', "tr(X'*A*X)", 'X', { X: 'm, n', A: 'm, m' }],
    ['sandwich', 'a bilinear form', "a'*X*b", 'X', { a: 'm', X: 'm, n', b: 'n' }],
    ['factorisation', 'matrix factorisation', "norm2(Y-U*V')^2/2", 'U', { Y: 'm, n', U: 'm, k', V: 'n, k' }],
    [
      'masked',
      'with missing entries',
      "norm2(D.*(Y-U*V'))^2/2",
      'U',
      { D: 'm, n :binary', Y: 'm, n', U: 'm, k', V: 'n, k' },
    ],
    ['hadamard', 'entrywise product', "sum((X*X').*B)", 'X', { X: 'm, n', B: 'm, m' }],
    ['product-jacobian', 'Jacobian of a product', 'A*X*B', 'X', { A: 'm, n', X: 'n, k', B: 'k, p' }],
  ],
  'Determinants and inverses': [
    ['logdet', 'log-determinant', 'logdet(X)', 'X', { X: 'n, n :spd' }],
    ['det', 'determinant', 'det(X)', 'X', { X: 'n, n :invertible' }],
    ['inverse', 'inverse between vectors', "a'*inv(X)*b", 'X', { a: 'n', X: 'n, n :invertible', b: 'n' }],
    ['trace-inverse', 'trace of the inverse', 'tr(inv(X))', 'X', { X: 'n, n :invertible' }],
    ['gram', 'log-determinant of a Gram matrix', "logdet(X'*X)", 'X', { X: 'm, n' }],
    ['scaled', 'determinant of scaled rows', "logdet(eye(n)+X'*diag(d)*X)", 'd', { X: 'm, n', d: 'm :positive' }],
  ],
  Statistics: [
    [
      'gaussian-mean',
      'Gaussian likelihood in the mean',
      "(x-u)'*inv(S)*(x-u)/2",
      'u',
      { x: 'n', u: 'n', S: 'n, n :spd' },
    ],
    [
      'gaussian-covariance',
      'Gaussian likelihood in the covariance',
      "logdet(S)/2+(x-u)'*inv(S)*(x-u)/2",
      'S',
      { x: 'n', u: 'n', S: 'n, n :spd' },
    ],
    ['variance', 'variance', 'norm2(x-sum(x)/n*ones(n))^2/n', 'x', { x: 'n' }],
    ['rayleigh', 'Rayleigh quotient', "x'*A*x/(x'*x)", 'x', { x: 'n', A: 'n, n :symmetric' }],
    ['log-partition', 'log-partition', 'logsumexp(A*x+b)', 'x', { A: 'm, n', x: 'n', b: 'm' }],
    [
      'markowitz',
      'portfolio with a barrier',
      "x'*S*x/2-u'*x-sum(log(x))",
      'x',
      { x: 'n :positive', S: 'n, n :spd', u: 'n' },
    ],
  ],
};

function variable(text: string): ExampleVariable {
  const [shape = '', facts = ''] = text.split(':').map((part) => part.trim());
  return facts === '' ? { shape } : { shape, facts: facts.split(/,\s*/) };
}

export const examples: readonly Example[] = Object.entries(themes).flatMap(([theme, lines]) =>
  lines.map(([id, title, expression, wrt, variables]) => ({
    id,
    theme,
    title,
    expression,
    wrt,
    variables: Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, variable(text)])),
  })),
);
