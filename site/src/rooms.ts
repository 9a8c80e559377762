// The rooms, in the order of the header. A room is loaded when it is entered; adding one is one line here.
import type { ComponentType } from 'preact';

export interface Room {
  /** Its name in the address. */
  readonly id: string;
  readonly title: string;
  readonly load: () => Promise<{ default: ComponentType }>;
}

export const rooms: readonly [Room, ...Room[]] = [
  { id: 'formula', title: 'Formula', load: () => import('./rooms/formula/index.tsx') },
  { id: 'playground', title: 'Playground', load: () => import('./rooms/playground/index.tsx') },
  { id: 'lecture', title: 'Lecture', load: () => import('./rooms/lecture/index.tsx') },
];
