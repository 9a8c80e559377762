// What the Formula room shows first, with its formulas typeset: computed while the page is built, by the tasks that the worker would
// run, so that a first visit waits for neither of them. A module of its own: { input, variables, derivatives, typeset }.
import { fileURLToPath } from 'node:url';
import { type Plugin, runnerImport } from 'vite';
import type { FirstAnswer } from '../src/rooms/formula/first-answer.ts';
import { virtualModule } from './virtual-module.ts';

const maker: string = fileURLToPath(new URL('../src/rooms/formula/first-answer.ts', import.meta.url));

type Alias = readonly { readonly find: RegExp; readonly replacement: string }[];

export function firstAnswer(alias: Alias): Plugin {
  return virtualModule('first-answer', 'firstAnswer', async () => {
    const config = { configFile: false, logLevel: 'error', resolve: { alias: [...alias] } } as const;
    const { module } = await runnerImport<{ makeFirstAnswer: () => FirstAnswer }>(maker, config);
    return module.makeFirstAnswer();
  });
}
