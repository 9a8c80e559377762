/**
 * The worker's end of the protocol: answers the requests of a port, one after another. An answer leaves with the next turn of
 * the event loop: a task that goes on in promises after it returned has not answered, and runs into its time limit.
 */
import { type Reply, type Request, reportError, type Task, type Tools } from './protocol.ts';

type FindTask = (group: string, task: string) => Task | undefined | Promise<Task | undefined>;

// Kept from the beginning: code that comes later may change prototypes and globals, and must not reach the port through them.
const { apply } = Reflect;
const { postMessage } = MessagePort.prototype;
const Channel = MessageChannel;

export function serve(port: MessagePort, findTask: FindTask): void {
  const send = (reply: Reply): void => apply(postMessage, port, [reply]);
  const { port1, port2 } = new Channel();
  const nextTurn = (): void => apply(postMessage, port2, [null]);
  let finished: Reply | undefined;
  port1.onmessage = () => {
    const reply = finished!;
    try {
      send(reply);
    } catch (error) {
      // What cannot be cloned cannot be an answer.
      send({ id: reply.id, kind: 'error', error: reportError(error) });
    }
  };

  async function answer({ id, group, task, input }: Request): Promise<void> {
    const tools: Tools = {
      progress: (fraction, label = '') => send({ id, kind: 'progress', fraction, label }),
      log: (level, text) => send({ id, kind: 'log', level, text }),
    };
    try {
      const run = await findTask(group, task);
      if (!run) throw new Error(`There is no task ${group}.${task}.`);
      finished = { id, kind: 'result', value: await run(input, tools) };
    } catch (thrown) {
      finished = { id, kind: 'error', error: reportError(thrown) };
    }
    nextTurn();
  }

  port.onmessage = ({ data }: MessageEvent<Request>) => void answer(data);
}
