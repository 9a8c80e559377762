/**
 * Takes everything out of a worker's global scope that is not the language itself: what is not on this list is gone,
 * from the global object and from every prototype of it, so that what browsers add later is gone too.
 */
const language = [
  'AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView',
  'Date DisposableStack Error EvalError Float16Array Float32Array Float64Array Function Infinity',
  'Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError',
  'ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError',
  'URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent',
  'encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape',
  // Harmless, and used by the library or expected by everyone.
  'TextDecoder TextEncoder WebAssembly atob btoa constructor queueMicrotask structuredClone',
];

/**
 * What could run code in a later turn of the event loop, after the answer. Timers and FinalizationRegistry are not on the list above
 * for the same reason; promises remain, and worker/serve.ts waits for them.
 */
const later: readonly (readonly [holder: object, name: string])[] = [
  [Atomics, 'waitAsync'],
  [WebAssembly, 'compile'],
  [WebAssembly, 'compileStreaming'],
  [WebAssembly, 'instantiate'],
  [WebAssembly, 'instantiateStreaming'],
];

const kept = new Set(language.flatMap((line) => line.split(' ')));

export function lockDown(scope: typeof globalThis): void {
  const { performance } = scope;
  const start = performance.now.bind(performance);
  for (
    let holder: object | null = scope;
    holder && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const key of Reflect.ownKeys(holder)) {
      if (typeof key === 'string' && kept.has(key)) continue;
      if (!Reflect.deleteProperty(holder, key)) blind(holder, key);
    }
  }
  for (const [holder, name] of later) Reflect.deleteProperty(holder, name);
  Object.defineProperty(scope, 'performance', { value: Object.freeze({ now: start }) });
}

/** A property that cannot be deleted is made to give nothing. */
function blind(holder: object, key: PropertyKey): void {
  const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
  if (descriptor?.writable) Reflect.set(holder, key, undefined);
  else if (typeof key === 'string' && typeof descriptor?.value !== 'number') {
    throw new Error(`The sandbox cannot take ${key} away.`);
  }
}
