// The derivative checks of check-op.ts over the tables of operations.
import { derivativeChecks } from './check-op.ts';
import { testEach } from './each-subject.ts';

testEach(derivativeChecks);
