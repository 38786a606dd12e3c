import { once } from 'node:events';
import { bundled } from '../../engine/bundled.ts';
import { loadExploration } from '../../scenario/load.ts';
import { InProcessState } from '../../strategy/in-process.ts';
import { Actor } from '../actor.ts';
import { VirtualClock } from '../clock.ts';
import type { StepOrder, StepReply, ThreadJob } from './messages.ts';

/** Whether SQLite waits for a lock is not told but measured: it gives up at once, or after this time. */
const BUSY_TIMEOUT_MS = 300;

/** Body of one actor: a thread of a real process, held before every step until it is told to take it. */
export default async function run({ job, actor: index, inProcess, port }: ThreadJob): Promise<void> {
  const exploration = await loadExploration(job.scenario, job.directory);
  const situation = exploration.situations.find(({ name }) => name === job.situation);
  if (!situation) throw new Error(`no situation is named "${job.situation}"`);
  const clock = new VirtualClock();
  const { databasePath, axes } = job;
  const { name, sqliteVersion } = bundled;
  const engine = { name, sqliteVersion, open: (path: string) => bundled.open(path, BUSY_TIMEOUT_MS) };
  const actor = new Actor(index, { databasePath, axes, engine, clock, situation }, new InProcessState(inProcess));
  port.postMessage('ready');
  for (;;) {
    const [order] = (await once(port, 'message')) as [StepOrder];
    clock.advanceTo(order.nowMs);
    const label = actor.next?.label ?? '';
    const startMs = performance.now();
    const result = actor.attempt(() => performance.now() - startMs > BUSY_TIMEOUT_MS / 2);
    const blocked = result.type === 'blocked';
    if (blocked && order.action === 'give-up') actor.giveUp();
    port.postMessage({ actor: index, label, blocked, end: actor.end } satisfies StepReply);
  }
}
