// The compute worker: everything that takes time and is not the user's own code runs here.
import type { Tasks } from './protocol.ts';
import { serve } from './serve.ts';
import { taskModules } from './tasks.ts';

const modules: Readonly<Record<string, () => Promise<{ tasks: Tasks }>>> = taskModules;

addEventListener(
  'message',
  ({ data }: MessageEvent<MessagePort>) => serve(data, async (room, task) => (await modules[room]?.())?.tasks[task]),
  { once: true },
);
