/**
 * What the address says: `#/<room>?s=<state>&hide=controls&theme=dark`. Everything stands behind the #, so a static host
 * needs no rules and no host ever sees it.
 */
import { signal } from '@preact/signals';

interface Address {
  readonly room: string;
  readonly parameters: URLSearchParams;
}

function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { room: path, parameters: new URLSearchParams(query) };
}

function writeAddress({ room, parameters }: Address): string {
  const query = parameters.toString();
  return `#/${room}${query ? `?${query}` : ''}`;
}

/** The present address; it follows the back and forward buttons. */
export const address = signal<Address>(readAddress(location.hash));

export const controlsHidden = (): boolean => address.value.parameters.get('hide') === 'controls';

addEventListener('hashchange', () => {
  address.value = readAddress(location.hash);
});

/** Changes one parameter of the address without a new entry in the browser's history; null removes it. */
export function setParameter(name: string, value: string | null): void {
  const { room, parameters } = address.peek();
  const next = new URLSearchParams(parameters);
  if (value === null) next.delete(name);
  else next.set(name, value);
  const changed = { room, parameters: next };
  history.replaceState(null, '', writeAddress(changed));
  address.value = changed;
}

export function roomLink(room: string): string {
  const kept = new URLSearchParams();
  for (const name of ['hide', 'theme']) {
    const value = address.value.parameters.get(name);
    if (value !== null) kept.set(name, value);
  }
  return writeAddress({ room, parameters: kept });
}
