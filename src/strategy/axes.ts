/**
 * The axes on which a process chooses how it opens, migrates and writes, with every value that was proposed for them.
 * A strategy is one value on each. Plain data: it travels to workers as JSON.
 */
export const AXES = {
  /** What is around opening and migrating. */
  firstOpen: [
    'unguarded',
    'duplicate-tolerant',
    'init-mutex',
    'init-flock',
    'init-flock-10s-open',
    'init-flock-10s-closed',
    'write-lock',
    'immediate',
  ],
  /** Whether a process remembers that it has migrated, and whether it opens twice. */
  initialisedCache: ['none', 'per-process', 'double-open'],
  /** How a write transaction begins. */
  transaction: ['deferred', 'immediate', 'immediate-jitter'],
  /** What is held around a write transaction besides SQLite's own locks. */
  writeLock: ['none', 'flock', 'flock-bounded', 'mutex'],
  /** Which pragmas every connection sets. */
  pragmas: [
    'v1',
    'wal-or-delete',
    'full-100',
    'hardened',
    'full-1000',
    'delete-full',
    'normal-100',
    'normal-1000',
    'off-100',
    'off-1000',
  ],
  /** What looks at the files after a commit. */
  afterCommit: ['none', 'raw-length', 'wal-skip', 'pragma-stat'],
  /** What looks at the database when a connection opens. */
  probe: ['none', 'raw-header', 'integrity-first'],
  /** What a dispatcher holds for a tick, and whether completing checks the claim. */
  lease: ['none', 'fenced', 'dispatcher-rows', 'dispatch-lock-file', 'dispatch-lock-file-open'],
  /** Who moves the WAL back into the database. */
  checkpoint: ['automatic', 'truncate-on-close', 'passive-periodic', 'dedicated'],
  /** How long a connection lives: as long as its worker, for a tick of many operations, or for one. */
  connection: ['process', 'tick', 'operation'],
} as const;

type Axes = typeof AXES;

/** One value on each axis, and the busy timeout. */
export type StrategyAxes = { [Axis in keyof Axes]: Axes[Axis][number] } & {
  /** `PRAGMA busy_timeout`, 0 to 2,147,483,647 milliseconds. */
  busyTimeoutMs: number;
};

/** An environment variable of the modelled program that chooses a value on an axis. */
export interface EnvironmentChoice {
  variable: string;
  axis: keyof StrategyAxes;
  /** Value of the axis by value of the variable; absent for numbers, which are taken as they are. */
  values?: Record<string, string>;
  /** What the variable is taken to be where it is not set. */
  unset: string;
}

/** A way of opening, migrating and writing, by name. */
export interface Strategy {
  name: string;
  /** What it does, in a sentence. */
  summary: string;
  /** Where it was proposed: pull requests or issues, or what it controls for. */
  source: string;
  axes: StrategyAxes;
  environment?: readonly EnvironmentChoice[];
}

/** What #33696 left behind, and later proposals build on: the init lock, hardened pragmas, a timeout of two minutes. */
export const SINCE_33696 = { firstOpen: 'init-flock', pragmas: 'hardened', busyTimeoutMs: 120_000 } as const;

/** The program of the reports before any of the fixes: what every preset departs from. */
export const BASELINE: StrategyAxes = {
  firstOpen: 'unguarded',
  initialisedCache: 'per-process',
  transaction: 'immediate',
  busyTimeoutMs: 30_000,
  writeLock: 'none',
  pragmas: 'v1',
  afterCommit: 'none',
  probe: 'none',
  lease: 'none',
  checkpoint: 'automatic',
  connection: 'tick',
};
