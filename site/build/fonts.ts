// KaTeX offers each font in three formats. Every browser that runs the page reads the smallest one.
import type { Plugin } from 'vite';

const older = /,\s*url\([^)]*\)\s*format\(["'](?:woff|truetype)["']\)/g;

export function onlyWoff2(): Plugin {
  return {
    name: 'only-woff2',
    enforce: 'pre',
    transform(code, id) {
      return /katex[^?]*\.css/.test(id) ? code.replaceAll(older, '') : null;
    },
  };
}
