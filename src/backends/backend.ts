// Which code computes: `js`, the plain reference, or `wasm`, compiled programs and products. Both give the same results up to
// the last digits, where the order of a float32 sum differs.
import { ArgumentError } from '../errors.ts';
import { describe } from '../ops/operands.ts';
import { type Backend, currentBackend, installBackend, referenceBackend } from '../program/backend.ts';
import { wasmBackend } from './wasm/backend.ts';
import { hasSimd } from './wasm/support.ts';

export type BackendName = 'js' | 'wasm';

/** The name of the backend in use. */
export function getBackend(): BackendName {
  return currentBackend().name as BackendName;
}

/**
 * Chooses what computes from here on: `'wasm'`, the default wherever WebAssembly has vectors and may be compiled, or `'js'`,
 * the plain reference. Throws ArgumentError where the backend does not exist.
 */
export function setBackend(name: BackendName): void {
  installBackend(backendNamed(name));
}

function backendNamed(name: BackendName): Backend {
  if (name === 'js') return referenceBackend;
  if (name !== 'wasm') {
    throw new ArgumentError(
      `setBackend: unknown backend ${typeof name === 'string' ? `'${name}'` : describe(name)}.`,
      "use 'js' or 'wasm'",
    );
  }
  if (!hasSimd()) {
    throw new ArgumentError(
      "setBackend: 'wasm' needs WebAssembly with SIMD and leave to compile it, and this engine has not both.",
      "use 'js'",
    );
  }
  return wasmBackend();
}
