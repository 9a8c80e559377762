/**
 * What a room shows, as one plain JSON value that lives in the address and can be undone.
 *
 *     const state = openRoomState<FormulaState>('formula', { expression: 'norm2(x)', seed: 0 }, readFormulaState);
 *     state.value                      // reactive
 *     state.change({ seed: 7 })        // one step of undo; state.change({ … }, 'drag') joins steps of one gesture
 *
 * The address is somebody else's text: `read` gets whatever was in it and answers with a valid state or undefined. What cannot be
 * read is said in `linkTrouble`. Browsers let an address change some hundred times in half a minute, so that the changes of a long
 * gesture are written together.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { decodeState, encodeState, LinkError } from './state-code.ts';
import { address, setParameter } from './url.ts';

/** Every room's state carries the seed of its random numbers, so that a link shows the same picture. */
export interface SeededState {
  readonly seed: number;
}

export interface RoomState<S extends SeededState> {
  readonly value: S;
  readonly signal: ReadonlySignal<S>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  /** A new state; changes with the same gesture within a second are undone together. */
  change(part: Partial<S>, gesture?: string): void;
  undo(): void;
  redo(): void;
  /** When what is seen stands in the address. */
  written(): Promise<void>;
}

const historyLength = 200;
const gestureMilliseconds = 1000;
const writeMilliseconds = 400;

/** Safari allows 100 changes of the address in 30 s: so many at once, and so many in a millisecond. */
const writesAtOnce = 30;
const writesRegained = 70 / 30_000;
let writesLeft = writesAtOnce;
let writesCountedAt = 0;

function mayWriteNow(): boolean {
  const now = performance.now();
  writesLeft = Math.min(writesAtOnce, writesLeft + (now - writesCountedAt) * writesRegained);
  writesCountedAt = now;
  if (writesLeft < 1) return false;
  writesLeft--;
  return true;
}

/** The room on screen, for the shell's undo keys. */
export const openRoom: Signal<RoomState<SeededState> | null> = signal(null);

/** Why the link that was opened could not be read; null where it was. */
export const linkTrouble: Signal<string | null> = signal(null);

const rooms = new Map<string, RoomState<SeededState>>();

export function openRoomState<S extends SeededState>(
  room: string,
  initial: S,
  read: (found: unknown) => S | undefined,
): RoomState<S> {
  linkTrouble.value = null;
  const known = rooms.get(room) as RoomState<S> | undefined;
  const state = known ?? makeRoomState(room, initial, read);
  rooms.set(room, state as unknown as RoomState<SeededState>);
  openRoom.value = state as unknown as RoomState<SeededState>;
  return state;
}

function makeRoomState<S extends SeededState>(
  room: string,
  initial: S,
  read: (found: unknown) => S | undefined,
): RoomState<S> {
  const current = signal(initial);
  const canUndo = signal(false);
  const canRedo = signal(false);
  let past: S[] = [];
  let future: S[] = [];
  let lastGesture = { name: '', at: 0 };
  let written: string | null = null;
  let writing = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(next: S): void {
    current.value = next;
    canUndo.value = past.length > 0;
    canRedo.value = future.length > 0;
    linkTrouble.value = null;
    if (mayWriteNow()) void write();
    else timer ??= setTimeout(write, writeMilliseconds);
  }
  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const turn = ++writing;
    const next = current.peek();
    const text = next === initial ? null : await encodeState(next);
    if (turn !== writing || address.peek().room !== room) return;
    written = text;
    setParameter('s', text);
  }
  function step(from: S[], to: S[]): void {
    const next = from.pop();
    if (next === undefined) return;
    to.push(current.peek());
    lastGesture = { name: '', at: 0 };
    show(next);
  }
  function accept(decoded: unknown): S {
    const state = read(decoded);
    if (state === undefined) throw new LinkError('it does not fit this room');
    linkTrouble.value = null;
    return state;
  }
  function refuse(error: unknown): void {
    if (!(error instanceof LinkError)) throw error;
    linkTrouble.value = error.message;
  }
  async function followAddress(opening = false): Promise<void> {
    const { room: shown, parameters } = address.value;
    const text = parameters.get('s');
    if (shown !== room || text === written) return;
    if (text === null) {
      // The room was opened again by its plain link: its state goes back into the address.
      if (current.peek() !== initial) void write();
      return;
    }
    written = text;
    try {
      const state = accept(await decodeState(text));
      if (written !== text) return;
      if (!opening) past = [...past, current.peek()].slice(-historyLength);
      future = [];
      current.value = state;
      canUndo.value = past.length > 0;
      canRedo.value = false;
    } catch (error) {
      if (written === text) refuse(error);
    }
  }

  const text = address.peek().parameters.get('s');
  if (address.peek().room === room && text !== null) {
    try {
      const decoded = decodeState(text);
      if (decoded instanceof Promise) {
        decoded.catch(() => undefined);
        void followAddress(true);
      } else {
        written = text;
        current.value = accept(decoded);
      }
    } catch (error) {
      written = text;
      refuse(error);
    }
  }
  address.subscribe(() => void followAddress());

  return {
    get value() {
      return current.value;
    },
    signal: current,
    canUndo,
    canRedo,
    change(part, gesture = '') {
      const joined =
        gesture !== '' && gesture === lastGesture.name && performance.now() - lastGesture.at < gestureMilliseconds;
      if (!joined) past = [...past, current.peek()].slice(-historyLength);
      future = [];
      lastGesture = { name: gesture, at: performance.now() };
      show({ ...current.peek(), ...part });
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
    written: write,
  };
}
