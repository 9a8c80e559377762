// A library in a process of its own, as the host sees it: start, ask, end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Digest } from './digest.ts';

export interface Reply {
  readonly error?: string;
  /** The library has no implementation of the case. */
  readonly absent?: boolean;
  readonly outputs?: Digest[];
  readonly seconds?: number;
  readonly megabytes?: number[];
  /** What Python says when it is ready. */
  readonly version?: string;
  /** A package that is not installed. */
  readonly missing?: string;
}

export interface Contender {
  readonly key: string;
  readonly label: string;
  readonly group: 'nabla' | 'typescript' | 'python';
}

const bench = import.meta.dirname;

/** What switches fused multiplication and addition on where Node has it behind a flag, as Node 20 does. */
const FMA_FLAG = '--experimental-wasm-relaxed-simd';

function hasFma(...flags: string[]): boolean {
  const asked = `import { hasRelaxedMadd } from ${JSON.stringify(join(bench, 'dist/src/backends/wasm/support.js'))};
    process.exit(hasRelaxedMadd() ? 0 : 1);`;
  return spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', asked]).status === 0;
}

/** Ours once more with the flag, if it makes a difference; the other columns run as Node does by itself. */
export function withFma(): Contender[] {
  if (hasFma() || !hasFma(FMA_FLAG)) return [];
  return [
    { key: 'nabla-wasm-fma', label: 'nabla wasm 1 thread, FMA', group: 'nabla' },
    { key: 'nabla-wasm-fma-2', label: 'nabla wasm 2 threads, FMA', group: 'nabla' },
  ];
}

export const contenders: readonly Contender[] = [
  { key: 'nabla-js', label: 'nabla js', group: 'nabla' },
  { key: 'nabla-wasm', label: 'nabla wasm 1 thread', group: 'nabla' },
  { key: 'nabla-wasm-2', label: 'nabla wasm 2 threads', group: 'nabla' },
  { key: 'jax-js', label: 'jax-js', group: 'typescript' },
  { key: 'tfjs', label: 'TF.js wasm', group: 'typescript' },
  { key: 'numpy', label: 'NumPy', group: 'python' },
  { key: 'jax', label: 'JAX', group: 'python' },
  { key: 'torch', label: 'PyTorch', group: 'python' },
];

/** One thread, so that Python's libraries are compared with one thread of ours. */
const ONE_THREAD = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NPROC: '1',
  XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false',
  JAX_PLATFORMS: 'cpu',
};
const REQUEST_LIMIT = 120_000;

export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private readonly waiting: ((reply: Reply) => void)[] = [];
  private lastWords = '';

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.lines = createInterface({ input: this.child.stdout! });
    this.lines.on('line', (line) => this.waiting.shift()?.(JSON.parse(line)));
    this.child.stderr!.on('data', (chunk) => {
      this.lastWords = (this.lastWords + chunk).slice(-400);
    });
    this.child.stdin!.on('error', () => {});
    const fail = (error: string) => {
      for (const resolve of this.waiting.splice(0)) resolve({ error });
    };
    this.child.on('error', (error) => fail(error.message));
    this.child.on('close', (code) => fail(this.lastWords.trim().split('\n').at(-1) || `ended with code ${code}`));
  }

  /** The next reply; an error when the process is gone or takes longer than two minutes. */
  reply(): Promise<Reply> {
    if (this.child.exitCode !== null) return Promise.resolve({ error: 'the process has ended' });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end();
        resolve({ error: `no answer within ${REQUEST_LIMIT / 1000} s` });
      }, REQUEST_LIMIT);
      this.waiting.push((reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
  }

  ask(request: object): Promise<Reply> {
    const reply = this.reply();
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    return reply;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** A process of compiled TypeScript: the loader of a development run would slow small closures down. */
export function startTypeScript(key: string): WorkerProcess {
  const flags = key.includes('fma') ? [FMA_FLAG] : [];
  return new WorkerProcess(process.execPath, [...flags, join(bench, 'dist/bench/worker.js'), key]);
}

/**
 * The first interpreter that has the library, of those that NABLA_BENCH_PYTHON names (`python3` if it is not set), or why
 * there is none.
 */
export async function startPython(key: string): Promise<{ worker: WorkerProcess; version: string } | string> {
  let reason = '';
  for (const interpreter of (process.env.NABLA_BENCH_PYTHON ?? 'python3').split(delimiter)) {
    const worker = new WorkerProcess(interpreter, [join(bench, 'peers/python/worker.py'), key], {
      ...process.env,
      ...ONE_THREAD,
    });
    const { version, missing, error } = await worker.reply();
    if (version) return { worker, version };
    worker.end();
    reason = missing ? `${missing} not installed` : (error ?? 'no answer');
  }
  return reason;
}
