// Which way a job is run, with times of the test's own.
import { expect, it } from 'vitest';
import { Trial } from '../../src/backends/wasm/threads/trial.ts';

/** How many of some calls are shared, where they take these times. */
function shared(trial: Trial, together: number, alone: number, calls = 1000): number {
  let count = 0;
  for (let call = 0; call < calls; call++) {
    const share = trial.next();
    if (share) count++;
    trial.record(share, share ? together : alone);
  }
  return count;
}

it('shares what is faster shared, but for a few calls that look whether it still is', () => {
  const count = shared(new Trial(), 60, 100);
  expect(count).toBeGreaterThan(970);
  expect(count).toBeLessThan(1000);
});

it('leaves alone what is slower shared', () => {
  expect(shared(new Trial(), 130, 100)).toBeLessThan(80);
});

it('changes its mind when the machine gets busy, and again when it is free', () => {
  const trial = new Trial();
  shared(trial, 60, 100);
  expect(shared(trial, 300, 100)).toBeLessThan(80);
  expect(shared(trial, 60, 100, 3000)).toBeGreaterThan(1500);
});

it('hardly ever tries what has always been slower', () => {
  const trial = new Trial();
  shared(trial, 5000, 100, 2000);
  expect(shared(trial, 5000, 100, 10_000)).toBeLessThan(10);
});

it('forgives one long wait', () => {
  const trial = new Trial();
  shared(trial, 60, 100);
  trial.record(true, 1e6);
  let count = 0;
  for (let call = 0; call < 200; call++) {
    const share = trial.next();
    if (share) count++;
    trial.record(share, share ? 60 : 100);
  }
  expect(count).toBeGreaterThan(90);
});
