// The tape check of check-op.ts over the tables of operations.
import { tapeChecks } from './check-op.ts';
import { testEach } from './each-subject.ts';

testEach(tapeChecks);
