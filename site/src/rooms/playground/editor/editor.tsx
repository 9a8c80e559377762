// The editor's place: a plain text field at once, CodeMirror as soon as it is there.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Position } from '../transpile.ts';
import type { CodeEditor, Mark } from './code-mirror.ts';

export interface TypeTrouble {
  readonly at: Position;
  readonly message: string;
}

export interface EditorProps {
  readonly code: string;
  readonly onChange: (code: string) => void;
  readonly mark: Mark | null;
  readonly onTypes: (found: readonly TypeTrouble[]) => void;
  /** A place to go to; every new object is a new jump. */
  readonly jump: { readonly at: Position } | null;
}

let tellAsked: () => void = () => undefined;
/** When the editor has been asked for: it comes before everything that runs code, which is larger. */
export const editorAsked: Promise<void> = new Promise((resolve) => {
  tellAsked = resolve;
});

function positionOf(code: string, offset: number): Position {
  const before = code.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export function Editor({ code, onChange, mark, onTypes, jump }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const latest = useRef({ code, onChange, onTypes });
  latest.current = { code, onChange, onTypes };
  const [ready, setReady] = useState(false);
  const [checked, setChecked] = useState<string | null>(null);

  useEffect(() => {
    let gone = false;
    // After the first paint: the text can be read and changed before.
    const timer = setTimeout(async () => {
      const loading = import('./code-mirror.ts');
      tellAsked();
      const { openEditor } = await loading;
      if (gone || !place.current) return;
      editor.current = openEditor(
        place.current,
        latest.current.code,
        (text) => latest.current.onChange(text),
        (found) => {
          const { code: text } = latest.current;
          setChecked(text);
          latest.current.onTypes(found.map(({ from, message }) => ({ at: positionOf(text, from), message })));
        },
      );
      setReady(true);
    }, 50);
    return () => {
      gone = true;
      clearTimeout(timer);
      editor.current?.destroy();
      editor.current = null;
    };
  }, []);
  useEffect(() => editor.current?.setText(code), [code, ready]);
  useEffect(() => editor.current?.setMark(mark), [mark, ready]);
  useEffect(() => {
    if (jump) editor.current?.goTo(jump.at);
  }, [jump]);

  return (
    <div class="code-editor" data-checked={checked === code}>
      <div ref={place} />
      {ready && checked !== code && <p class="editor-checking">checking types…</p>}
      {!ready && (
        <textarea
          aria-label="Code"
          rows={14}
          spellcheck={false}
          value={code}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </div>
  );
}
