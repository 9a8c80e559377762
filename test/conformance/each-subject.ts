// One test for each property of each sample of each operation. A sample may be exempt from a property for a reason stated in
// its record; the last test asks for them.
import { describe, expect, test } from 'vitest';
import { share } from '../share.ts';
import type { NamedCheck } from './check-op.ts';
import { fusedSubject } from './fused.ts';
import { randomSource, seed } from './random-source.ts';
import { type Subject, subjects } from './subject.ts';

/** CONFORMANCE_ONLY=name tests one operation; CONFORMANCE_STRICT=1 tests the exempt ones too, to see which need it. */
const only = process.env.CONFORMANCE_ONLY;
const strict = process.env.CONFORMANCE_STRICT !== undefined;

export function sampleText({ sample }: Subject): string {
  const inputs = sample.inputs.map((input) => `${input.dtype ?? 'float'}[${input.shape.join(',')}]`);
  return inputs.join(' ');
}

/** A run of a share of the tests keeps the first sample of every operation and so much of the others. */
const chosen = ({ key }: Subject): boolean => key.endsWith('/0') || kept(key);
/** Third derivatives take longer than everything else together. */
const affordable = ({ key }: Subject, { exemption }: NamedCheck): boolean =>
  exemption !== 'third' || kept(`${key} third order`);
const kept = (what: string): boolean => randomSource(what).uniform(0, 1) < share;

export function testEach(checks: readonly NamedCheck[]): void {
  const exemptions: { readonly sample: string; readonly property: string; readonly reason: string }[] = [];
  for (const subject of subjects().map(fusedSubject)) {
    if (only ? subject.name !== only : !chosen(subject)) continue;
    const exempt = ({ exemption }: NamedCheck): string | undefined =>
      exemption && !strict ? subject.sample.exempt?.[exemption] : undefined;
    for (const check of checks) {
      const reason = exempt(check);
      if (reason !== undefined) exemptions.push({ sample: subject.key, property: check.property, reason });
    }
    const applicable = checks.filter((check) => exempt(check) === undefined && affordable(subject, check));
    if (applicable.length === 0) continue;
    describe(`${subject.key} ${sampleText(subject)} (seed ${seed})`, () => {
      for (const { property, run } of applicable) test(property, () => run(subject));
    });
  }
  test('every exemption has a reason', () => {
    for (const { sample, property, reason } of exemptions) {
      expect(reason.split(' ').length, `${sample}: ${property}`).toBeGreaterThan(2);
    }
  });
}
