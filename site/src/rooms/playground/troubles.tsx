// What is wrong with the code, under the editor: where it cannot be read, where it failed, what the compiler says, and what it wrote.
import { ErrorWithCaret } from '../../components/error-with-caret.tsx';
import { ScrollArea } from '../../components/scroll-area.tsx';
import type { LogLine } from '../../worker/protocol.ts';
import type { TypeTrouble } from './editor/editor.tsx';
import type { Position } from './transpile.ts';

export interface Trouble {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly at: Position | undefined;
}

export interface TroublesProps {
  readonly code: string;
  readonly failure: Trouble | null;
  readonly types: readonly TypeTrouble[];
  readonly lines: readonly LogLine[];
  readonly onGo: (at: Position) => void;
}

const mostTypes = 4;
const longest = 600;

const where = ({ line, column }: Position): string => `line ${line}, column ${column}`;

export function Troubles({ code, failure, types, lines, onGo }: TroublesProps) {
  return (
    <div class="pg-troubles">
      {failure && (
        <>
          <ErrorWithCaret
            message={`${failure.at ? `${where(failure.at)}: ` : ''}${failure.message}`}
            hint={failure.hint}
            source={failure.at && code.split('\n')[failure.at.line - 1]}
            column={failure.at?.column}
          />
          {failure.at && (
            <button type="button" class="controls" onClick={() => failure.at && onGo(failure.at)}>
              Go to the place
            </button>
          )}
        </>
      )}
      {types.length > 0 && (
        <section aria-label="Types">
          <h2>Types</h2>
          <ul class="pg-types">
            {types.slice(0, mostTypes).map(({ at, message }) => (
              <li key={`${at.line} ${at.column} ${message}`}>
                <button type="button" onClick={() => onGo(at)}>
                  {where(at)}
                </button>{' '}
                {message.length > longest ? `${message.slice(0, longest)} …` : message}
              </li>
            ))}
          </ul>
          {types.length > mostTypes && <p class="hint">and {types.length - mostTypes} more</p>}
        </section>
      )}
      {lines.length > 0 && <Console lines={lines} />}
    </div>
  );
}

const mostLines = 200;
const longestLine = 2_000;
/** Before a line that is no plain one. */
const marks = { log: '', warn: '⚠ ', error: '✗ ' } as const;

function Console({ lines }: Pick<TroublesProps, 'lines'>) {
  return (
    <section aria-label="Console">
      <h2>Console</h2>
      <ScrollArea class="pg-console" label="Lines of the console">
        <pre>
          {lines.slice(0, mostLines).map(({ level, text }, i) => (
            <span key={i} class={`pg-line-${level}`}>
              {marks[level]}
              {text.length > longestLine ? `${text.slice(0, longestLine)} …` : text}
              {'\n'}
            </span>
          ))}
        </pre>
      </ScrollArea>
      {lines.length > mostLines && <p class="hint">and more lines</p>}
    </section>
  );
}
