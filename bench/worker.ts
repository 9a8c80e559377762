// A process that measures one library: requests come as lines of JSON on stdin, replies go as lines of JSON to stdout.
// What the library itself prints goes to stderr. A library of its own process cannot spoil another's heap or inline caches.
import { createInterface } from 'node:readline';
import { cases } from './cases/index.ts';
import { libraries, type Task } from './libraries.ts';
import { memoryOfTraining } from './memory.ts';

interface Request {
  readonly action: 'prepare' | 'check' | 'time' | 'memory';
  readonly id: string;
  readonly count: number;
}

console.log = console.error;
console.info = console.error;
const library = process.argv[2]!;
let task: Task | undefined;

async function answer({ action, id, count }: Request): Promise<object> {
  if (action === 'memory') return { megabytes: memoryOfTraining(count) };
  if (action === 'prepare') {
    task = await libraries[library]!(cases.find((one) => one.id === id)!);
    return task ? {} : { absent: true };
  }
  if (action === 'check') return task!.check();
  return { seconds: await task!.time(count) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error: Error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit();
