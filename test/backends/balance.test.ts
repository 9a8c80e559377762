// When the caller does without workers, on a clock of the test's own.
import { expect, it } from 'vitest';
import { Balance } from '../../src/backends/wasm/threads/balance.ts';

it('shares jobs as long as the caller works more than it waits', () => {
  const balance = new Balance();
  for (let now = 0; now < 100; now++) {
    balance.record(0.6, 0.4, now);
    expect(balance.allows(now)).toBe(true);
  }
});

it('does without workers for a while when waiting takes longer, and longer each time', () => {
  const balance = new Balance();
  const pauses: number[] = [];
  let start = 0;
  for (let now = 0; pauses.length < 7; now++) {
    if (!balance.allows(now)) continue;
    if (now > start) pauses.push(now - start);
    balance.record(1, 4, now);
    start = now;
  }
  expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 320]);
  balance.record(5, 1, 2000);
  balance.record(1, 5, 2001);
  expect([balance.allows(2010), balance.allows(2011)]).toEqual([false, true]);
});

it('forgives one long wait among short jobs', () => {
  const balance = new Balance();
  balance.record(0.5, 0.9, 0);
  balance.record(0.5, 0, 1);
  balance.record(0.5, 0, 2);
  expect(balance.allows(3)).toBe(true);
});
