import type { SqliteLocks } from '../kernel/locks.ts';

/** Whom a fault strikes: anybody, or whoever holds SQLite's write lock at that moment. */
export const AIMS = ['random', 'write-lock'] as const;
export type Aim = (typeof AIMS)[number];

/** A fault in a scenario. */
export interface FaultUse {
  fault: string;
  /** Mean number per second; the moments are drawn from the seed. */
  perSecond: number;
  aim: Aim;
  /** How long a pause lasts, in milliseconds; no meaning for other faults. */
  durationMs: number;
}

/** One strike of a fault, as the plan has it. */
export interface PlannedFault {
  fault: string;
  /** Milliseconds after the trial's start. */
  atMs: number;
  aim: Aim;
  /** Draws the victim where nobody is aimed at: 0 up to but not including 1. */
  pick: number;
  durationMs: number;
}

/** One strike of a fault, as it happened. */
export interface FaultRecord {
  fault: string;
  worker: string;
  pid: number;
  /** Nanoseconds since the trial's epoch. */
  atNs: number;
  aim: Aim;
  /**
   * Whether the victim held SQLite's write lock: seen in the kernel's table while it was stopped, so it cannot have
   * changed before the fault. `null` where the kernel shows no lock table.
   */
  inTransaction: boolean | null;
  locks: SqliteLocks | null;
  durationMs: number;
}

/** A worker process that can be struck. */
export interface Victim {
  readonly worker: string;
  readonly pid: number;
}

/** What a fault may see and do of a running trial. */
export interface FaultTarget {
  readonly databasePath: string;
  /** The workers that run now and are not paused. */
  victims(): Victim[];
  /** Nanoseconds since the trial's epoch. */
  nowNs(): number;
  record(record: FaultRecord): void;
  /** The worker is about to be killed: its death is ours, and another takes its place. */
  killed(victim: Victim): void;
  /** The worker is stopped until the function that comes back is called. */
  paused(victim: Victim): () => void;
}

/** Something done to a worker from outside. */
export interface Fault {
  name: string;
  summary: string;
  /** Strikes once. Resolves when the fault is over. */
  strike(planned: PlannedFault, target: FaultTarget): Promise<void>;
}
