/**
 * A state as text for the address: JSON in base64url. The first character says how to read the rest: `0` is plain and read
 * at once, `1` is deflated, which browsers do asynchronously and only pays for long states.
 */
const plainBelow = 400;

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

async function through(bytes: Uint8Array<ArrayBuffer>, transform: GenericTransformStream): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function encodeState(state: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  if (bytes.length < plainBelow || typeof CompressionStream === 'undefined') return `0${toBase64Url(bytes)}`;
  return `1${toBase64Url(await through(bytes, new CompressionStream('deflate-raw')))}`;
}

/** The state, undefined where the text is none; a promise only where it has to be inflated. */
export function decodeState(text: string): unknown {
  try {
    const bytes = fromBase64Url(text.slice(1));
    if (text[0] === '0') return parse(bytes);
    if (text[0] !== '1') return undefined;
    return through(bytes, new DecompressionStream('deflate-raw')).then(parse, () => undefined);
  } catch {
    return undefined;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
