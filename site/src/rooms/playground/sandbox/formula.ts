// The formulas of the derivatives, derived from the traced function.
import { symbolic, type Tensor } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { FormulaAnswer, Given } from '../answers.ts';
import { subject, tensorFunction } from './subject.ts';

export function formula(given: Given, tools: SandboxTools): FormulaAnswer {
  const whole = subject(given, tools);
  const f = tensorFunction(whole);
  const y: Tensor = f(...whole.args);
  const variables = Object.fromEntries(whole.inputs.map(({ name, shape }) => [name, [...shape]]));
  const derivation = symbolic.derive(f as never, { variables });
  const formulas: FormulaAnswer['formulas'][number][] = [];
  const failures: string[] = [];
  const orders = y.ndim === 0 ? (['gradient', 'hessian'] as const) : (['jacobian'] as const);
  const total = whole.inputs.length * orders.length;
  for (const { name } of whole.inputs) {
    for (const order of orders) {
      const title = `${order === 'hessian' ? 'Hessian' : order === 'jacobian' ? 'Jacobian' : 'Gradient'} in ${name}`;
      try {
        const found = derivation[order](name);
        const texts = found.lets;
        const constants = found.latexConstants;
        formulas.push({
          title,
          text: found.text,
          latex: found.latex,
          lets: [
            ...found.constants.map(([constant, value], i) => ({
              name: constant,
              text: String(value),
              latexName: constants[i]?.[0] ?? constant,
              latex: constants[i]?.[1] ?? '',
            })),
            ...found.latexLets.map(([latexName, latex], i) => ({
              name: texts[i]?.[0] ?? latexName,
              text: texts[i]?.[1] ?? '',
              latexName,
              latex,
            })),
          ],
          warning: found.warning,
        });
      } catch (error) {
        failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
      }
      tools.progress((formulas.length + failures.length) / total, title);
    }
  }
  return { formulas, failures };
}
