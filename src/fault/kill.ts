import { isWriting } from '../kernel/locks.ts';
import { signal } from '../kernel/process.ts';
import type { Fault } from './fault.ts';
import { seize } from './seize.ts';

/** SIGKILL: the process is gone between two of its instructions. The page cache survives; this is not power loss. */
export const kill: Fault = {
  name: 'kill',
  summary: 'SIGKILL, at a random moment or aimed at whoever holds the write lock; a new worker takes the place',
  strike(planned, target) {
    const seized = seize(planned, target);
    if (seized) {
      const { victim, locks } = seized;
      const atNs = target.nowNs();
      target.killed(victim);
      // A stopped process dies of SIGKILL where it stands: what was seen of its locks is what it died with.
      signal(victim.pid, 'SIGKILL');
      const inTransaction = locks && isWriting(locks);
      target.record({ fault: 'kill', ...victim, atNs, aim: planned.aim, inTransaction, locks, durationMs: 0 });
    }
    return Promise.resolve();
  },
};
