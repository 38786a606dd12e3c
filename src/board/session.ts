import type { SqlValue } from '../engine/connection.ts';
import type { Step, Steps } from '../step/step.ts';
import type { EventChain } from './event-chain.ts';

/**
 * What a board operation needs of whoever runs it. How a transaction begins, which locks are around it and what follows
 * the commit is the strategy's business, not the operation's.
 */
export interface BoardSession {
  /** What stands in `claim_lock`: "host:pid", and with fencing the worker's name, since threads share a process. */
  readonly claimLock: string;
  /** How long a claim or an extension lasts, in milliseconds. */
  readonly claimTtlMs: number;
  /** Whether every write to a claimed task checks that the claim is still ours. */
  readonly fencing: boolean;
  readonly events: EventChain;
  /** Milliseconds since the Unix epoch. The board's clock; also its unit for every `*_at` and `*_expires` column. */
  nowMs(): number;
  /** Whether an expired claim may be taken away from its holder. A damaged board may have anything in that column. */
  mayReclaim(claimLock: unknown): boolean;

  /** A step that runs a statement; yields `{ changes }`. */
  run(sql: string, ...parameters: SqlValue[]): Step;
  /** A step that reads one row; yields the row or `undefined`. */
  get(sql: string, ...parameters: SqlValue[]): Step;
  /** A step that reads all rows. */
  all(sql: string, ...parameters: SqlValue[]): Step;

  /** One write transaction around `body`, with everything that the strategy puts around it. */
  write<T>(body: () => Steps<T>): Steps<T>;
  /** One tick of a dispatcher around `body`, under the strategy's lease. */
  dispatch<T>(body: () => Steps<T>): Steps<T>;
}

/** What an operation did. */
export interface Done {
  /** The task it was about. */
  task: string;
}
