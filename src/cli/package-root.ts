// Where the package is installed: src/, what is built from it and the page lie in it.
import { existsSync } from 'node:fs';

function rootAbove(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const above = new URL('..', folder);
  if (above.href === folder.href) throw new Error('nabla: there is no package.json above the command.');
  return rootAbove(above);
}

/** The folder of the package: the nearest one above this code with a package.json. */
export const packageRoot: URL = rootAbove(new URL('.', import.meta.url));
