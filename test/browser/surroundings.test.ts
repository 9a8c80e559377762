// What a page has that the library uses, by whether it is cross-origin isolated; and threads there are only where it is.
import { expect, test } from 'vitest';
import { hasRelaxedMadd, hasSimd } from '../../src/backends/wasm/support.ts';
import { getThreads, setThreads } from '../../src/index.ts';

test('a page has vectors, also relaxed ones', () => {
  expect([hasSimd(), hasRelaxedMadd()]).toEqual([true, true]);
});

test('a page is as isolated as this run says, and has threads only then', () => {
  const isolated = process.env.NABLA_TEST_ISOLATED === '1';
  expect(crossOriginIsolated).toBe(isolated);
  expect(typeof SharedArrayBuffer).toBe(isolated ? 'function' : 'undefined');
  const before = getThreads();
  setThreads(3);
  expect(getThreads()).toBe(isolated ? 3 : 1);
  setThreads(before);
});
