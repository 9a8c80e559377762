// A module without a file, `virtual:<name>`, that exports one value: made once while the page is built, though every build of a
// worker asks.
import type { Plugin } from 'vite';

export function virtualModule(name: string, exported: string, make: () => unknown): Plugin {
  const id = `\0virtual:${name}`;
  let text: Promise<string> | undefined;
  const write = async (): Promise<string> =>
    `export const ${exported} = JSON.parse(${JSON.stringify(JSON.stringify(await make()))});`;
  return {
    name,
    resolveId: (asked) => (asked === `virtual:${name}` ? id : undefined),
    load(asked) {
      if (asked !== id) return undefined;
      text ??= write();
      return text;
    },
  };
}
