// The program of a worker, as text: it is started from the text alone, so there is no file to serve or to find, and no bundler
// or loader changes what it says. A worker never returns to its event loop; all it needs comes through shared memory:
//   wait until EPOCH changes, by spinning for a while and then asleep
//   enter (ACTIVE + 1), do what KIND says, leave (ACTIVE - 1)
// A worker that comes late finds the job closed, or takes part in the next one: the caller changes a job only while nobody
// is inside. Parts that need a function of the caller (the rare lanes of `sin`), or that trap, are handed back to it.
import {
  ACTIVE,
  ASLEEP,
  BASE,
  CODE,
  CODE_BYTES,
  COUNT,
  EPOCH,
  FUNCTION,
  GRAIN,
  KEPT,
  KIND,
  LEAVE,
  LENGTH,
  LOAD,
  LOADED,
  NEXT,
  READY,
  REFUSED,
  RUN,
  SCRATCH,
  SCRATCH_SIZE,
  SPIN,
  WAITING,
} from './control.ts';

/** What a worker is given when it starts. */
export interface WorkerData {
  readonly control: SharedArrayBuffer;
  readonly memory: WebAssembly.Memory;
  /** 0, 1, … */
  readonly index: number;
}

/** Defines the function `serve(data)`. */
const serve = `
'use strict';
function serve({ control: shared, memory, index }) {
  const control = new Int32Array(shared);
  const modules = new Map();
  const gemm = {};

  function nextEpoch(seen) {
    let end = 0;
    for (let i = 1; ; i++) {
      const epoch = Atomics.load(control, ${EPOCH});
      if (epoch !== seen) return epoch;
      if (i % 64 === 0) {
        const now = performance.now();
        if (end === 0) end = now + ${SPIN};
        else if (now > end) break;
      }
    }
    Atomics.add(control, ${ASLEEP}, 1);
    Atomics.wait(control, ${EPOCH}, seen);
    Atomics.sub(control, ${ASLEEP}, 1);
    return Atomics.load(control, ${EPOCH});
  }

  function outside() {
    throw new Error('only the caller has this function');
  }

  function load() {
    const code = control[${CODE}];
    if (modules.has(code)) return;
    const bytes = new Uint8Array(shared, ${CODE_BYTES}, control[${LENGTH}]).slice();
    let functions = [];
    try {
      const module = new WebAssembly.Module(bytes);
      const scalar = {};
      for (const { module: from, name } of WebAssembly.Module.imports(module)) if (from === 'scalar') scalar[name] = outside;
      const { exports } = new WebAssembly.Instance(module, { env: { memory }, scalar, gemm });
      for (const [name, f] of Object.entries(exports)) if (/^(gemm|mirror)_/.test(name)) gemm[name] = f;
      for (const name of Object.keys(exports)) {
        const [, number] = /^part(\\d+)$/.exec(name) || [];
        if (number !== undefined) functions[number] = exports[name];
      }
    } catch {
      functions = [];
    }
    modules.set(code, functions);
    if (modules.size > ${KEPT}) modules.delete(modules.keys().next().value);
    Atomics.add(control, ${LOADED}, 1);
  }

  function run() {
    const f = modules.get(control[${CODE}])?.[control[${FUNCTION}]];
    if (f === undefined) return;
    const base = control[${BASE}];
    const scratch = control[${SCRATCH}] + (index + 1) * control[${SCRATCH_SIZE}];
    const count = control[${COUNT}];
    const grain = control[${GRAIN}];
    for (;;) {
      const from = Atomics.add(control, ${NEXT}, grain);
      if (from >= count) return;
      const to = Math.min(from + grain, count);
      try {
        f(base, scratch, from, to);
      } catch {
        control[${REFUSED} + 2 * index] = from;
        control[${REFUSED} + 2 * index + 1] = to;
        return;
      }
    }
  }

  let epoch = Atomics.load(control, ${EPOCH});
  Atomics.add(control, ${READY}, 1);
  // Those who are sent away before they have started must not wait for it.
  if (Atomics.load(control, ${KIND}) === ${LEAVE}) return;
  for (;;) {
    epoch = nextEpoch(epoch);
    Atomics.add(control, ${ACTIVE}, 1);
    const kind = Atomics.load(control, ${KIND});
    if (kind === ${RUN}) run();
    else if (kind === ${LOAD}) load();
    if (Atomics.sub(control, ${ACTIVE}, 1) === 1 && Atomics.load(control, ${WAITING}) === 1) {
      Atomics.notify(control, ${ACTIVE});
    }
    if (kind === ${LEAVE}) return;
  }
}`;

/** For a worker of Node, which finds its data in `workerData`. */
export const nodeSource: string = `${serve}\nserve(require('node:worker_threads').workerData);`;

/** For a Web Worker, to which its data is posted. */
export const webSource: string = `${serve}\nonmessage = ({ data }) => { serve(data); close(); };`;
