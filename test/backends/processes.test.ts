// Processes that compute on threads end by themselves, and compute the same where there are none. Children run the sources
// through tsx.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a script prints that may use the library as `nabla`; it must end by itself. */
function child(script: string, before = ''): unknown {
  const source = `${before}\nconst nabla = await import('./src/index.ts');\n${script}`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', source],
    { cwd: root, encoding: 'utf8', timeout: 50_000 },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const training = `
  const { grad, jit, setThreads, tensor } = nabla;
  const wave = (rows, columns) => tensor(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)), { shape: [rows, columns] });
  const x = wave(128, 256);
  const slope = jit(grad((w) => x.matmul(w).tanh().square().mean()));
  const train = (steps) => {
    let w = wave(256, 256);
    for (let i = 0; i < steps; i++) w = w.sub(slope(w));
    return w.square().sum().item();
  };`;

describe('a process', () => {
  it('ends by itself after using threads, and starts no worker before there is work for it', () => {
    const counting = `
      const threads = process.getBuiltinModule('node:worker_threads');
      let started = 0;
      threads.Worker = class extends threads.Worker {
        constructor(...given) {
          super(...given);
          if (given[1].workerData?.memory) started++; // tsx may have one of its own
        }
      };`;
    const result = child(
      `${training}
      const counts = [started];
      setThreads(3);
      counts.push(started);
      slope(wave(256, 256));
      nabla.tensor([1, 2]).exp();
      counts.push(started);
      const w = train(100);
      counts.push(started);
      setThreads(1);
      const alone = train(100);
      counts.push(started);
      console.log(JSON.stringify({ counts, same: w === alone }));`,
      counting,
    );
    expect(result).toEqual({ counts: [0, 0, 0, 2, 2], same: true });
  });

  it('computes the same in one thread where memory cannot be shared', () => {
    const script = `${training}
      console.log(JSON.stringify([nabla.getThreads() > 1, train(20)]));`;
    const [threads, result] = child(`nabla.setThreads(2);${script}`) as [boolean, number];
    expect(threads).toBe(true);
    expect(child(`nabla.setThreads(2);${script}`, 'delete globalThis.SharedArrayBuffer;')).toEqual([false, result]);
    expect(child(`nabla.setThreads(2);${script}`, 'delete process.getBuiltinModule;')).toEqual([false, result]);
  });
});
