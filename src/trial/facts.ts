import type { FaultRecord } from '../fault/fault.ts';
import type { Cell, PlannedTrial } from '../scenario/plan.ts';

/** How one worker process ended. */
export interface WorkerExit {
  worker: string;
  pid: number;
  /** Exit code; `null` if a signal ended it. */
  code: number | null;
  signal: string | null;
  /** `finished` by itself, `killed` by a fault, `crashed` on its own, `stuck` and put down after the trial. */
  how: 'finished' | 'killed' | 'crashed' | 'stuck';
  /** End of what it said on standard error. */
  stderr: string;
}

/** What the supervisor knows of a trial that is over. Lies beside the histories as `trial.json`. */
export interface TrialFacts {
  cell: Omit<Cell, 'trials'>;
  trial: Omit<PlannedTrial, 'faults'>;
  /** The trial's epoch on the machine's monotonic clock, as a decimal string. */
  epochNs: string;
  /** When the workers started, in nanoseconds since the epoch. */
  startNs?: number;
  /** How long the workers worked. */
  durationMs: number;
  faults: FaultRecord[];
  /** Strikes that the plan had; fewer happen where a trial ends early or nobody was left to strike. */
  faultsPlanned: number;
  exits: WorkerExit[];
  /** Time from each kill until its replacement had the board open. */
  replacementMs: number[];
  /** Whether the kernel shows its lock table here: without it nobody can look at locks. */
  hasLockTable: boolean;
  /** Whether Ctrl-C ended it. */
  interrupted: boolean;
}

/** Something that the observer saw from outside while the workers ran. Lies beside the histories, a JSON line each. */
export type Observation =
  /** A live process went on using a sidecar that had lost its name. */
  | { kind: 'deleted-sidecar' | 'replaced-sidecar'; atNs: number; pid: number; path: string; samples: number }
  /** The WAL index claimed more frames as checkpointed than the WAL holds. */
  | { kind: 'wal-index'; atNs: number; backfilled: number; frames: number; samples: number }
  /** Written once, when the observer stops. */
  | { kind: 'end'; atNs: number; samples: number };

/** Names of what lies in a trial's folder. */
export const TRIAL_FILES = {
  facts: 'trial.json',
  database: 'board.db',
  histories: 'history',
  observations: 'observations.jsonl',
  /** Who was seen holding the write lock, and when: a JSON line for each sample. */
  lockSamples: 'write-lock.jsonl',
  /** What happened, lane by lane, for reports. */
  timeline: 'timeline.json',
  /** Copies of the database files, taken when every worker was gone. */
  copies: 'copies',
} as const;
