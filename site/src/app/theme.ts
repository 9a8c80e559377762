// Light or dark: the address decides, else the reader's choice, else the system. index.html sets it before first paint.
import { effect, signal } from '@preact/signals';
import { address, setParameter } from './url.ts';

export type Theme = 'light' | 'dark';

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const system = signal<Theme>(systemDark.matches ? 'dark' : 'light');
systemDark.addEventListener('change', () => {
  system.value = systemDark.matches ? 'dark' : 'light';
});

const isTheme = (text: string | null | undefined): text is Theme => text === 'light' || text === 'dark';

function stored(): Theme | null {
  try {
    const text = localStorage.getItem('nabla.theme');
    return isTheme(text) ? text : null;
  } catch {
    return null;
  }
}

const chosen = signal<Theme | null>(stored());

export function theme(): Theme {
  const asked = address.value.parameters.get('theme');
  return isTheme(asked) ? asked : (chosen.value ?? system.value);
}

export function toggleTheme(): void {
  const next = theme() === 'dark' ? 'light' : 'dark';
  chosen.value = next;
  if (address.peek().parameters.has('theme')) setParameter('theme', next);
  try {
    localStorage.setItem('nabla.theme', next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

effect(() => {
  document.documentElement.dataset.theme = theme();
});
