import type { FaultRecord, FaultTarget, PlannedFault, Victim } from '../../src/fault/fault.ts';
import { monotonicNs, sinceNs } from '../../src/kernel/clock.ts';

/** A trial as a fault sees it: these processes on this database. Notes in which order the fault says what. */
export class Target implements FaultTarget {
  readonly databasePath: string;
  readonly records: FaultRecord[] = [];
  readonly said: string[] = [];
  readonly #epochNs = monotonicNs();
  #victims: Victim[];

  constructor(databasePath: string, pids: readonly number[]) {
    this.databasePath = databasePath;
    this.#victims = pids.map((pid, index) => ({ worker: `w${index + 1}.0`, pid }));
  }

  victims(): Victim[] {
    return [...this.#victims];
  }

  nowNs(): number {
    return sinceNs(this.#epochNs);
  }

  record(record: FaultRecord): void {
    this.said.push('record');
    this.records.push(record);
  }

  killed(victim: Victim): void {
    this.said.push(`killed ${victim.worker}`);
    this.#victims = this.#victims.filter(({ pid }) => pid !== victim.pid);
  }

  paused(victim: Victim): () => void {
    this.said.push(`paused ${victim.worker}`);
    return () => this.said.push(`over ${victim.worker}`);
  }
}

/** A strike as a plan has it. */
export function strike(fault: string, wishes: Partial<PlannedFault> = {}): PlannedFault {
  return { fault, atMs: 0, aim: 'random', pick: 0, durationMs: 50, ...wishes };
}
