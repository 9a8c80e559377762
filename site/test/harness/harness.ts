// Puts the sandbox where the tests can reach it.

import { decodeState, encodeState } from '../../src/app/state-code.ts';
import { openSandbox } from '../../src/sandbox/sandbox.ts';

export interface Harness {
  readonly openSandbox: typeof openSandbox;
  readonly encodeState: typeof encodeState;
  readonly decodeState: typeof decodeState;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

window.harness = { openSandbox, encodeState, decodeState };
