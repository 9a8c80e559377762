// A page whose content security policy lets nothing compile WebAssembly computes in JavaScript, with the same results.
import { expect, test } from 'vitest';
import { getBackend, grad, setBackend, type Tensor, tensor } from '../../src/index.ts';

const computation = `
  const x = tensor([[0.5, -1.25, 2], [3, 0.125, -0.75]], { dtype: 'float64' });
  const result = Array.from(grad((v) => v.matmul(v.transpose()).tanh().mul(v.exp().sum()).sum())(x).toTypedArray());`;

interface Answer {
  readonly backend: string;
  readonly refusal: string;
  readonly result: readonly number[];
}

/** What a page with this policy answers. */
function answerUnder(policy: string): Promise<Answer> {
  const frame = document.createElement('iframe');
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
    <script type="module">
      import { getBackend, grad, setBackend, tensor } from '${new URL('/src/index.ts', location.href)}';
      const backend = getBackend();
      let refusal = '';
      try {
        setBackend('wasm');
      } catch (error) {
        refusal = error.message;
      }
      ${computation}
      parent.postMessage({ backend, refusal, result }, '*');
    </script>`;
  return new Promise((resolve) => {
    window.addEventListener('message', ({ data, source }) => {
      if (source !== frame.contentWindow) return;
      frame.remove();
      resolve(data as Answer);
    });
    document.body.append(frame);
  });
}

function expected(): number[] {
  const before = getBackend();
  setBackend('js');
  try {
    const x = tensor(
      [
        [0.5, -1.25, 2],
        [3, 0.125, -0.75],
      ],
      { dtype: 'float64' },
    );
    const f = (v: Tensor): Tensor => v.matmul(v.transpose()).tanh().mul(v.exp().sum()).sum();
    return Array.from((grad(f)(x) as Tensor).toTypedArray());
  } finally {
    setBackend(before);
  }
}

test('without wasm-unsafe-eval the page computes in JavaScript, and says so when asked for wasm', async () => {
  const { backend, refusal, result } = await answerUnder("script-src 'self' 'unsafe-inline'");
  expect(backend).toBe('js');
  expect(refusal).toContain("setBackend: 'wasm' needs WebAssembly with SIMD and leave to compile it");
  expect(result).toEqual(expected());
});

test('with it the page compiles', async () => {
  const { backend, refusal, result } = await answerUnder("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'");
  expect(backend).toBe('wasm');
  expect(refusal).toBe('');
  expected().forEach((value, i) => {
    expect(result[i]).toBeCloseTo(value, 10);
  });
});
