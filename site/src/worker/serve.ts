// The worker's end of the protocol: answers the requests of a port, one after another.
import { type Reply, type Request, reportError, type Task, type Tools } from './protocol.ts';

type FindTask = (group: string, task: string) => Task | undefined | Promise<Task | undefined>;

export function serve(port: MessagePort, findTask: FindTask): void {
  // Bound now, so that code which comes later and changes prototypes cannot reach the port through it.
  const send: (reply: Reply) => void = port.postMessage.bind(port);

  async function answer({ id, group, task, input }: Request): Promise<void> {
    const tools: Tools = {
      progress: (fraction, label = '') => send({ id, kind: 'progress', fraction, label }),
      log: (level, text) => send({ id, kind: 'log', level, text }),
    };
    try {
      const run = await findTask(group, task);
      if (!run) throw new Error(`There is no task ${group}.${task}.`);
      send({ id, kind: 'result', value: await run(input, tools) });
    } catch (thrown) {
      send({ id, kind: 'error', error: reportError(thrown) });
    }
  }

  port.onmessage = ({ data }: MessageEvent<Request>) => void answer(data);
}
