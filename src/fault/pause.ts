import { setTimeout } from 'node:timers/promises';
import { isWriting } from '../kernel/locks.ts';
import { signal } from '../kernel/process.ts';
import type { Fault } from './fault.ts';
import { seize } from './seize.ts';

/** SIGSTOP, later SIGCONT: a process that the machine forgets for a while, with all its locks and claims. */
export const pause: Fault = {
  name: 'pause',
  summary: 'SIGSTOP for a stated time, then SIGCONT; longer than the claim TTL it makes a stale holder',
  async strike(planned, target) {
    const seized = seize(planned, target);
    if (!seized) return;
    const { victim, locks } = seized;
    const over = target.paused(victim);
    const inTransaction = locks && isWriting(locks);
    const { aim, durationMs } = planned;
    target.record({ fault: 'pause', ...victim, atNs: target.nowNs(), aim, inTransaction, locks, durationMs });
    // Once the run is over, nothing waits for a pause that outlasts it.
    await setTimeout(planned.durationMs, undefined, { ref: false });
    signal(victim.pid, 'SIGCONT');
    over();
  },
};
