// What the Formula room shows first, with its formulas typeset: computed while the page is built, by the tasks that the worker would
// run, so that a first visit waits for neither of them. A module of its own: { input, variables, derivatives, typeset }.
import { fileURLToPath } from 'node:url';
import { type Plugin, runnerImport } from 'vite';
import type { FirstAnswer } from '../src/rooms/formula/first-answer.ts';

const name = 'virtual:first-answer';
const maker: string = fileURLToPath(new URL('../src/rooms/formula/first-answer.ts', import.meta.url));

type Alias = readonly { readonly find: RegExp; readonly replacement: string }[];

export function firstAnswer(alias: Alias): Plugin {
  let made: Promise<string> | undefined;
  async function make(): Promise<string> {
    const config = { configFile: false, logLevel: 'error', resolve: { alias: [...alias] } } as const;
    const { module } = await runnerImport<{ makeFirstAnswer: () => FirstAnswer }>(maker, config);
    return `export const firstAnswer = JSON.parse(${JSON.stringify(JSON.stringify(module.makeFirstAnswer()))});`;
  }
  return {
    name: 'first-answer',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      made ??= make();
      return made;
    },
  };
}
