// Every example of the Playground is a test: its numbers against JAX (fixtures/playground-examples.json, written by
// scripts/reference/playground.py), its steps against its gradient, its types, and the view it opens with.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { transform } from 'sucrase';
import type { HessianAnswer, MatrixAnswer, StepsAnswer, ValuesAnswer } from '../src/rooms/playground/answers.ts';
import { type Example, examples } from '../src/rooms/playground/examples/index.ts';
import { expect, test } from './page.ts';

interface Reference {
  readonly value: number[];
  readonly gradients?: number[][];
  readonly eigenvalues?: number[];
  readonly jacobian?: number[];
}

const fixture = resolve(import.meta.dirname, 'fixtures/playground-examples.json');
const references: Readonly<Record<string, Reference>> = JSON.parse(readFileSync(fixture, 'utf8'));

function ask<T>(page: Page, { code, inputs }: Example, task: string, more: object = {}): Promise<T> {
  const script = transform(code, { transforms: ['typescript', 'imports'], disableESTransforms: true }).code;
  return page.evaluate(
    async ([source, name, question]) => {
      const sandbox = window.harness.openSandbox(source);
      try {
        return await sandbox.request(name, question, { timeLimit: 30_000 });
      } finally {
        sandbox.close();
      }
    },
    [script, task, { inputs, seed: 0, ...more }] as const,
  ) as Promise<T>;
}

function expectClose(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(found.length, what).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs(found[i]! - value), `${what} ${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(1e-9 * scale);
  }
}

test('every example has a reference', () => {
  expect(examples.length).toBeGreaterThanOrEqual(12);
  expect(examples.map(({ id }) => id).sort()).toEqual(Object.keys(references).sort());
});

for (const example of examples) {
  test(`${example.id}: the numbers are right`, async ({ page, host }) => {
    await page.goto(host.harness);
    await page.waitForFunction(() => 'harness' in window);
    const reference = references[example.id]!;
    const input = example.wrt ?? 0;
    const values = await ask<ValuesAnswer>(page, example, 'values');
    expectClose(values.outputs[0]!.tensor.entries, reference.value, 'value');
    expect(values.parameters).toEqual(example.inputs.map(({ name }) => name));
    for (const [i, gradient] of (reference.gradients ?? []).entries()) {
      expectClose(values.gradients[i]!.tensor.entries, gradient, `gradient in ${example.inputs[i]!.name}`);
    }
    if (reference.jacobian) {
      const { rows } = await ask<MatrixAnswer>(page, example, 'jacobian', { input });
      expectClose(rows.flat(), reference.jacobian, 'Jacobian');
    }
    if (reference.eigenvalues) {
      const plane = { x: { input, element: 0 }, y: { input, element: 1 } };
      const question = { input, ...plane };
      const { eigenvalues } = await ask<HessianAnswer>(page, example, 'hessian', question);
      expectClose(eigenvalues, reference.eigenvalues, 'eigenvalues');
    }
    if (reference.gradients && example.id !== 'deep') {
      const { steps } = await ask<StepsAnswer>(page, example, 'steps');
      for (const [i, gradient] of reference.gradients.entries()) {
        expectClose(steps[i]!.cotangent!.entries, gradient, `cotangent of ${example.inputs[i]!.name}`);
      }
      expect(steps.some(({ cotangent }) => cotangent?.entries.length === 1 && cotangent.entries[0] === 1)).toBe(true);
    }
  });

  test(`${example.id}: it opens, and its types fit`, async ({ page, host }) => {
    await page.goto(`${host.site}#/playground`);
    await page.locator('.cm-content').waitFor();
    await page.getByLabel('Example').selectOption(example.id);
    await expect(page.getByRole('tabpanel').locator('.progress progress')).toHaveCount(0);
    await expect(page.getByRole('tabpanel').locator('figure, .katex, table').first()).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(page.locator('.code-editor[data-checked="true"]')).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('region', { name: 'Types' })).toHaveCount(0);
  });
}

test('a structure is found where there is one', async ({ page, host }) => {
  await page.goto(host.harness);
  await page.waitForFunction(() => 'harness' in window);
  const kinds: Record<string, string> = {};
  for (const id of ['elementwise', 'attention']) {
    const found = await ask<MatrixAnswer>(page, examples.find((example) => example.id === id)!, 'jacobian', {
      input: 0,
    });
    kinds[id] = found.structure!.kind;
  }
  expect(kinds).toEqual({ elementwise: 'Diagonal', attention: 'BlockDiagonal' });
});
