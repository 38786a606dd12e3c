/** What a worker can be asked to do. `open` is opening and migrating the board; the others are board operations. */
export const OPERATION_KINDS = ['open', 'create', 'claim', 'heartbeat', 'complete', 'reclaim'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** The operations that commit an event to the board's audit trail, in the order of a task's life. */
export const BOARD_OPERATIONS = ['create', 'claim', 'heartbeat', 'complete', 'reclaim'] as const;
export type BoardOperation = (typeof BOARD_OPERATIONS)[number];

/** First record of every history: who wrote it. */
export interface Header {
  type: 'header';
  version: 1;
  /** `slot.incarnation` or `slot.incarnation.thread`: unique within a trial. */
  worker: string;
  pid: number;
  sqliteVersion: string;
}

/** The worker is about to start an operation. Without an outcome it was in flight when the worker died. */
export interface Invoke {
  type: 'invoke';
  /** Number of the operation, from 1, per worker. */
  operation: number;
  kind: OperationKind;
  /** Number of the event that this operation would commit, per worker; 0 if it commits none. */
  event: number;
  /** Nanoseconds since the trial's epoch. */
  atNs: number;
  /** The caller's request this serves: retries of one request share it. */
  request: string;
}

interface Outcome {
  operation: number;
  /** Nanoseconds since the trial's epoch, when the operation ended. */
  atNs: number;
  latencyNs: number;
  /** Number of the event that is known to be committed; 0 if none is. May be set on a failure: a later step failed. */
  event: number;
}

/** The worker was told: committed. */
export interface Ok extends Outcome {
  type: 'ok';
  /** The task that was touched; empty for operations without one. */
  task: string;
}

/** The worker was told: failed. `fail` promises that nothing happened beyond `event`; `info` promises nothing (Jepsen's words). */
export interface Failed extends Outcome {
  type: 'fail' | 'info';
  /** SQLite's extended result code, or one of ours: `CLAIM_LOST`, `NOTHING_TO_DO`, `LENGTH_CHECK`, `LOCK_TIMEOUT`, … */
  code: string;
  message: string;
}

/** Something a worker saw besides its operations: pragmas after an open, the locks it held, hazards it committed. */
export interface Note {
  type: 'note';
  atNs: number;
  name: string;
  data: unknown;
}

export type HistoryRecord = Header | Invoke | Ok | Failed | Note;
