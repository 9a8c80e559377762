// What all views have in common: the session they ask, the state they change, and how an answer that is not there is shown.
import type { ComponentChildren } from 'preact';
import type { RoomState } from '../../../app/room-state.ts';
import { ErrorWithCaret } from '../../../components/error-with-caret.tsx';
import { Progress } from '../../../components/progress.tsx';
import type { Given } from '../answers.ts';
import { readableMessage } from '../positions.ts';
import type { Asked, Session } from '../session.ts';
import type { PlaygroundState } from '../state.ts';

export interface ViewProps {
  readonly session: Session | null;
  readonly room: RoomState<PlaygroundState>;
}

export function givenOf({ inputs, seed }: PlaygroundState): Given {
  return { inputs, seed };
}

export interface AnswerProps<T> {
  readonly of: Asked<T>;
  readonly label: string;
  readonly session: Session | null;
  readonly children: (value: T) => ComponentChildren;
}

export function Answer<T>({ of, label, session, children }: AnswerProps<T>) {
  // Without a session the room itself says what is wrong, and the views keep what they showed.
  const error = session ? of.error : undefined;
  const [message = '', ...rest] = error ? readableMessage(error, session?.mappings ?? '').split('\n') : [];
  const hint = rest.find((line) => line.includes('hint:'))?.replace(/.*hint:\s*/, '');
  return (
    <>
      <Progress of={of} label={label} />
      {error && <ErrorWithCaret message={message} hint={hint} />}
      {!error && of.value !== undefined && children(of.value)}
    </>
  );
}
