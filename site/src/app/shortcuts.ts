/**
 * The keys of the page. A room registers its keys while it is on screen; `?` lists them.
 *
 *     useShortcut('ArrowRight', 'next step', () => …)      useShortcut('Mod+Enter', 'run', run)
 *
 * `Mod` is Ctrl, or ⌘ on a Mac. A key without Mod does nothing while a text field has the focus.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Shortcut {
  readonly key: string;
  readonly description: string;
  readonly handler: (event: KeyboardEvent) => void;
}

export const shortcuts = signal<readonly Shortcut[]>([]);

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The plus joins the parts of a key, and is a key itself. */
const partsOf = (key: string): string[] => (key === '+' ? [key] : key.split('+'));

/** `Mod+Shift+z` as it stands on the keyboard in front of the reader. */
export function keyLabel(key: string): string {
  const names: Record<string, string> = {
    Mod: isMac ? '⌘' : 'Ctrl',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ' ': 'Space',
  };
  return partsOf(key)
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' + ');
}

export function useShortcut(key: string, description: string, handler: (event: KeyboardEvent) => void): void {
  const latest = useRef(handler);
  latest.current = handler;
  // Before the next paint: what is on screen can be used.
  useLayoutEffect(() => {
    const shortcut: Shortcut = { key, description, handler: (event) => latest.current(event) };
    shortcuts.value = [...shortcuts.peek(), shortcut];
    return () => {
      shortcuts.value = shortcuts.peek().filter((other) => other !== shortcut);
    };
  }, [key, description]);
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(button|checkbox|radio|range|color|submit)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** A control that answers this key itself: a slider its arrows, a button Space and Enter. */
function answersItself(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog[open]')) return true;
  if (key.startsWith('Arrow') || key === 'Home' || key === 'End') {
    return target.matches('input[type="range"], input[type="radio"], [role="tab"], [role="slider"]');
  }
  return (key === ' ' || key === 'Enter') && target.matches('button, a, summary, input, [role="tab"], [role="button"]');
}

function matches({ key }: Shortcut, event: KeyboardEvent): boolean {
  const parts = partsOf(key);
  const name = parts.at(-1) ?? '';
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (mod !== parts.includes('Mod') || event.altKey) return false;
  // Shift is part of a sign such as ?, and counts only with named keys and with Mod.
  if ((parts.includes('Mod') || name.length > 1) && event.shiftKey !== parts.includes('Shift')) return false;
  return event.key.toLowerCase() === name.toLowerCase();
}

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  // The room's keys stand behind the shell's and win.
  const shortcut = shortcuts.peek().findLast((candidate) => matches(candidate, event));
  if (!shortcut) return;
  const undoing = /^Mod\+(Shift\+)?[zy]$/i.test(shortcut.key);
  if (isTextField(event.target) && (undoing || !shortcut.key.startsWith('Mod+'))) return;
  if (answersItself(event)) return;
  event.preventDefault();
  shortcut.handler(event);
});
