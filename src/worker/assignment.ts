import type { HazardUse } from '../hazard/hazard.ts';
import type { BoardOperation } from '../history/record.ts';
import type { StrategyAxes } from '../strategy/axes.ts';

/** How a worker paces its operations. */
export type Loop =
  /** The next operation starts when the last one ended. */
  | { type: 'closed' }
  /** Operations start at fixed intervals, however long the last one took. */
  | { type: 'open'; ratePerSecond: number };

/** What the workers of a trial do. */
export interface Workload {
  /** Relative weight of each operation; 0 leaves it out. */
  mix: Record<BoardOperation, number>;
  loop: Loop;
  /** How many operations each worker runs; `null` for as many as fit into the time. */
  operations: number | null;
  /** What a caller does whose create failed: nothing, or the same request again as a new task. */
  retry: 'none' | 'new-task';
  /** How long every write transaction is held open before its commit, in milliseconds; left out, not at all. */
  holdMs?: number | undefined;
}

/** Everything that a worker process is told, once, as JSON. */
export interface Assignment {
  /** `slot.incarnation`; threads append `.thread`. */
  worker: string;
  /** Threads that run the loop; 1 runs it on the process's main thread. */
  threads: number;
  databasePath: string;
  /** Folder for the histories, one file a worker. */
  historyDirectory: string;
  /** The trial's epoch on the machine's monotonic clock, as a decimal string. */
  epochNs: string;
  /** When to start, in nanoseconds since the epoch: a barrier for processes that are to race. */
  startAtNs: number;
  /** When to stop, in nanoseconds since the epoch. */
  stopAtNs: number;
  /** Seed of this worker's choices. */
  seed: string;
  axes: StrategyAxes;
  workload: Workload;
  claimTtlMs: number;
  reclaim: 'dead-holders' | 'expired';
  /** How often a worker whose strategy checkpoints by the clock does so. */
  checkpointEveryMs: number;
  /** Whether this is the trial's first process, which checkpoints for all where the strategy says so. */
  first: boolean;
  hazards: readonly HazardUse[];
  /** In how many transactions one look at the locks in the kernel's table; 0 for never. */
  lockAuditEvery: number;
  /** Also after so many milliseconds without a look, however few transactions there were; left out, never. */
  lockAuditAfterMs?: number;
  /** Whether the history also tells where the time of each operation went. */
  isTimed?: boolean;
  /**
   * Whether an open loop draws each start at random within its interval: the rate is the same, and workers neither march in
   * step nor keep out of each other's way. Left out, starts are even.
   */
  jittersStarts?: boolean;
}

/** What the supervisor says to a worker process. */
export type ToWorker = { type: 'assign'; assignment: Assignment } | { type: 'stop' };

/** What a worker process says. Acknowledgements never travel this way: they would not survive a kill. */
export type FromWorker =
  /** Loaded, and able to take an assignment at once. */
  | { type: 'ready' }
  /** The board is open; operations follow. */
  | { type: 'running' }
  /** SQLite says that the database is broken. The worker goes on; the trial need not. */
  | { type: 'damaged' }
  | { type: 'done' }
  /** The harness's own part failed, not the board. */
  | { type: 'failed'; code: string; message: string };

/** What a worker says of itself while it works, once each. */
export interface WorkerReports {
  /** The board is open. */
  running(): void;
  /** SQLite says that the database is broken. */
  damaged(): void;
}

/** Path of a worker's history. */
export function historyPathOf(directory: string, worker: string): string {
  return `${directory}/${worker}.history`;
}
