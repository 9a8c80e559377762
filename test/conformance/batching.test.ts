// The batching checks of check-op.ts over the tables of operations.
import { batchingChecks } from './check-op.ts';
import { testEach } from './each-subject.ts';

testEach(batchingChecks);
