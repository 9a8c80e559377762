// Where to go from here.
import { roomLink } from '../../../app/url.ts';
import type { Part } from '../part.tsx';

function Next() {
  return (
    <div class="next-columns">
      <ul class="next">
        <li>
          <b>Derive on paper, and check.</b> The <a href={roomLink('formula')}>Formula room</a> turns{' '}
          <code>norm2(X*w-y)^2</code> into a gradient and a Hessian, as formulas and as code.
        </li>
        <li>
          <b>Look inside.</b> The <a href={roomLink('playground')}>Playground</a> runs a function that you write: its
          graph, its values one operation at a time, its Jacobian and Hessian.
        </li>
        <li>
          <b>See it all on real data.</b> <code>npx nabla tour</code> walks from a slope to a network on the full MNIST
          in a terminal, and checks every derivative on the way.
        </li>
        <li>
          <b>Read how it is made.</b> ARCHITECTURE.md follows one gradient through every folder of the source.
        </li>
      </ul>
      <div>
        <p>Books:</p>
        <ul class="next">
          <li>
            J. R. Magnus and H. Neudecker, Matrix Differential Calculus. Differentials first: the way to derive by hand.
          </li>
          <li>A. Griewank and A. Walther, Evaluating Derivatives. Forward, reverse, sparsity, and what each costs.</li>
          <li>J. Nocedal and S. J. Wright, Numerical Optimization. Descent, Newton, and everything between them.</li>
          <li>K. B. Petersen and M. S. Pedersen, The Matrix Cookbook. To look things up.</li>
        </ul>
      </div>
    </div>
  );
}

export const nextParts: readonly Part[] = [{ id: 'next', title: 'Where to go next', Content: Next }];
