// The help dialog: what the page is, and the keys that are registered at the moment.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keyLabel, shortcuts } from '../app/shortcuts.ts';

export const helpShown = signal(false);

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const shown = helpShown.value;
  useEffect(() => {
    if (shown && !dialog.current?.open) {
      dialog.current?.showModal();
      // Its first button stands at the end, and would scroll it down.
      title.current?.focus();
    }
    if (!shown) dialog.current?.close();
  }, [shown]);

  return (
    <dialog
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        helpShown.value = false;
      }}
    >
      <h2 ref={title} id="help-title" tabIndex={-1} style={{ marginTop: 0, outline: 'none' }}>
        Help
      </h2>
      <p>
        <b>Formula</b> derives gradients and Hessians as formulas. <b>Playground</b> runs a function that you write and
        shows its derivatives. <b>Lecture</b> tells the story from the beginning. The address of the page always holds
        what you see: copy it to share it; add <code>&hide=controls</code> to show only the content.
      </p>
      <table class="help-keys">
        <caption class="visually-hidden">Keys</caption>
        <tbody>
          {shortcuts.value.map(({ key, description }) => (
            <tr key={`${key} ${description}`}>
              <td>
                <kbd>{keyLabel(key)}</kbd>
              </td>
              <td>{description}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <form method="dialog">
        <button type="submit" class="primary" style={{ marginTop: '1rem' }}>
          Close
        </button>
      </form>
    </dialog>
  );
}
