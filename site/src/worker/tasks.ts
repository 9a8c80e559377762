// The tasks of the compute worker, by room. A room's tasks are loaded when the first of them is asked for.
export const taskModules = {
  formula: () => import('../rooms/formula/tasks.ts'),
  lecture: () => import('../rooms/lecture/tasks.ts'),
  playground: () => import('../rooms/playground/tasks.ts'),
};

type Loaded<Load> = Load extends () => Promise<{ tasks: infer T }> ? T : never;

/** The type of every task, by room and name. */
export type TaskTable = { readonly [Room in keyof typeof taskModules]: Loaded<(typeof taskModules)[Room]> };
