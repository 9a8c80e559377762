// The content security policy stands in the page itself, so that it holds on every static host. Workers that are made
// of blobs inherit it; this is one of the two walls around user code (src/sandbox/README.md has the other).
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const inlineScript = /<script>([\s\S]*?)<\/script>/g;

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const hashes = [...html.matchAll(inlineScript)].map(([, text = '']) => hash(text));
        const policy = [
          "default-src 'none'",
          ["script-src 'self' 'wasm-unsafe-eval'", ...hashes].join(' '),
          "worker-src 'self' blob:",
          // KaTeX and the plots set style attributes.
          "style-src 'self' 'unsafe-inline'",
          "font-src 'self'",
          "img-src 'self' data: blob:",
          "connect-src 'none'",
          "base-uri 'none'",
          "form-action 'none'",
        ].join('; ');
        const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
        return html.replace(/<meta charset="[^"]*" ?\/?>/i, (charset) => `${charset}\n    ${meta}`);
      },
    },
  };
}
