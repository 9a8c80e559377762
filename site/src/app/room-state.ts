/**
 * What a room shows, as one plain JSON value that lives in the address and can be undone.
 *
 *     const state = openRoomState<FormulaState>('formula', { expression: 'norm2(x)', seed: 0 }, readFormulaState);
 *     state.value                      // reactive
 *     state.change({ seed: 7 })        // one step of undo; state.change({ … }, 'drag') joins steps of one gesture
 *
 * The address is somebody else's text: `read` gets whatever was in it and answers with a valid state or undefined.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { decodeState, encodeState } from './state-code.ts';
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
  reset(): void;
}

const historyLength = 200;
const gestureMilliseconds = 1000;

/** The room on screen, for the shell's undo keys. */
export const openRoom: Signal<RoomState<SeededState> | null> = signal(null);

const rooms = new Map<string, RoomState<SeededState>>();

export function openRoomState<S extends SeededState>(
  room: string,
  initial: S,
  read: (found: unknown) => S | undefined,
): RoomState<S> {
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

  function show(next: S): void {
    current.value = next;
    canUndo.value = past.length > 0;
    canRedo.value = future.length > 0;
    void write(next);
  }
  async function write(next: S): Promise<void> {
    const turn = ++writing;
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
  async function followAddress(): Promise<void> {
    const { room: shown, parameters } = address.value;
    const text = parameters.get('s');
    if (shown !== room || text === written) return;
    if (text === null) {
      // The room was opened again by its plain link: its state goes back into the address.
      if (written !== null) void write(current.peek());
      return;
    }
    written = text;
    const decoded = decodeState(text);
    const state = read(decoded instanceof Promise ? await decoded : decoded);
    if (state === undefined || written !== text) return;
    past.push(current.peek());
    future = [];
    current.value = state;
    canUndo.value = true;
    canRedo.value = false;
  }

  const text = address.peek().parameters.get('s');
  if (address.peek().room === room && text !== null) {
    const decoded = decodeState(text);
    if (decoded instanceof Promise) {
      void followAddress();
    } else {
      written = text;
      current.value = read(decoded) ?? initial;
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
    reset() {
      past.push(current.peek());
      future = [];
      show(initial);
    },
  };
}
