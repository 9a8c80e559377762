/**
 * A state as text for the address: JSON in base64url. The first character says how to read the rest: `0` is plain and read
 * at once, `1` is deflated, which browsers do asynchronously and only pays for long states.
 */
const plainBelow = 400;
const longestText = 2_000_000;
const longestState = 4_000_000;

/** Why a text is no state, in words that follow "because". */
export class LinkError extends Error {
  override name = 'LinkError';
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Inflates to at most `longestState` bytes: a short text may stand for gigabytes. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > longestState) {
      void reader.cancel();
      throw new LinkError('it is too long');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function encodeState(state: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  if (bytes.length < plainBelow || typeof CompressionStream === 'undefined') return `0${toBase64Url(bytes)}`;
  return `1${toBase64Url(await deflate(bytes))}`;
}

/** The state; a promise only where it has to be inflated. Throws, or rejects with, a LinkError. */
export function decodeState(text: string): unknown {
  if (text.length > longestText) throw new LinkError('it is too long');
  if (text[0] !== '0' && text[0] !== '1') throw new LinkError('it was made by another version of this page');
  try {
    const bytes = fromBase64Url(text.slice(1));
    return text[0] === '0' ? parse(bytes) : inflate(bytes).then(parse).catch(refuse);
  } catch (error) {
    return refuse(error);
  }
}

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

function refuse(error: unknown): never {
  throw error instanceof LinkError ? error : new LinkError('it is damaged');
}
