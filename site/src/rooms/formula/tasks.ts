// What the Formula room asks of the compute worker.
import { derive } from 'nabla/symbolic';

export interface DeriveInput {
  readonly expression: string;
  /** Shapes by name: `X:m,n w:n y:m`. */
  readonly variables: string;
  readonly variable: string;
}

export interface DeriveOutput {
  readonly latex: string;
  readonly text: string;
}

function readVariables(text: string): Record<string, string[]> {
  const shapes = text
    .trim()
    .split(/\s+/)
    .map((part): [string, string[]] => {
      const [name = '', sizes = ''] = part.split(':');
      return [name, sizes === '' ? [] : sizes.split(',')];
    });
  return Object.fromEntries(shapes);
}

function gradient({ expression, variables, variable }: DeriveInput): DeriveOutput {
  const { latex, text } = derive(expression, { variables: readVariables(variables) }).gradient(variable);
  return { latex, text };
}

export const tasks = { gradient };
