// The evaluation checks of check-op.ts over the tables of operations.
import { evaluationChecks } from './check-op.ts';
import { testEach } from './each-subject.ts';

testEach(evaluationChecks);
