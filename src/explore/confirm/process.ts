import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { sourceUrl } from '../../kernel/source-url.ts';
import { InProcessState } from '../../strategy/in-process.ts';
import type { ConfirmJob, FromProcess, StepOrder, StepReply, ThreadJob } from './messages.ts';

/** Entry of a real process that carries its part of a schedule out, one thread per actor. */
async function main(job: ConfirmJob): Promise<void> {
  const inProcess = InProcessState.allocate();
  const pool = new Piscina({
    filename: fileURLToPath(sourceUrl('./thread', import.meta.url)),
    minThreads: job.actors.length,
    maxThreads: job.actors.length,
    atomics: 'disabled',
  });
  const ports = new Map<number, MessagePort>();
  for (const actor of job.actors) {
    const { port1, port2 } = new MessageChannel();
    const task: ThreadJob = { job, actor, inProcess, port: port2 };
    pool.run(task, { transferList: [port2] }).catch((error: Error) => fail(error));
    await once(port1, 'message');
    port1.on('message', (reply: StepReply) => say({ type: 'reply', reply }));
    ports.set(actor, port1);
  }
  process.on('message', (order: StepOrder) => ports.get(order.actor)?.postMessage(order));
  say({ type: 'ready' });
}

function fail(error: Error): void {
  say({ type: 'failed', message: error.stack ?? error.message });
}

function say(message: FromProcess): void {
  process.send?.(message);
}

// The explorer ends this process with SIGKILL; if it is gone itself, nobody does.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
main(JSON.parse(process.argv[2] ?? '') as ConfirmJob).catch(fail);
