// Assertions about types: `is<Expected>()(value, 'same')` compiles when the type of `value` is exactly `Expected`.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export declare function is<Expected>(): <Actual>(
  value: Actual,
  verdict: Same<Expected, Actual> extends true ? 'same' : { expected: Expected; actual: Actual },
) => void;
