import type { BoardSession } from '../board/session.ts';
import type { SqlValue } from '../engine/connection.ts';
import type { Steps } from '../step/step.ts';
import type { StrategyAxes } from '../strategy/axes.ts';

/** The board before the actors come. */
export interface StartingBoard {
  /** No file at all; an old board, made before some columns; or one that is up to date. */
  start: 'absent' | 'old' | 'current';
  /** For an old board: the optional columns that it lacks. Left out, it lacks all of them. */
  lacks?: readonly string[];
  /** `wal` unless said otherwise. */
  journalMode?: 'wal' | 'delete';
  /** Statements that put something on it. */
  sql?: readonly string[];
}

/** What a program sees of the worker that runs it. */
export interface ActorSession extends BoardSession {
  /** Opens and migrates the board as the strategy says. */
  open(): Steps<void>;
  /** Closes the board as the strategy says. */
  close(): Steps<void>;
  /** A step that lets time pass on the virtual clock. */
  sleep(delayMs: number): Steps<void>;
}

/** What one actor does, as steps; what it returns is kept for the check. */
export type Program = (session: ActorSession) => Steps<unknown>;

/**
 * How an actor ended. `stopped`: its process stands still for good. `stuck`: it waits for something that nobody will ever
 * let go. `cut`: the schedule ended before it did.
 */
export type ActorEnd =
  | { how: 'returned'; value: unknown }
  | { how: 'threw'; code: string; message: string }
  | { how: 'crashed' | 'stopped' | 'stuck' | 'cut' };

/** What an execution came to. Actors are in the order of the situation's programs. */
export interface Outcome {
  actors: readonly ActorEnd[];
  /** Reads the board once nobody has it open any more. */
  readonly query: (sql: string, ...parameters: SqlValue[]) => Record<string, unknown>[];
}

/** One race to explore: who does what on which board, what may happen to them, and what must hold afterwards. */
export interface Situation {
  /** Names it within its exploration; a column of the table. */
  name: string;
  summary: string;
  board: StartingBoard;
  /** One program per actor. */
  programs: readonly Program[];
  /**
   * Which process each actor is a thread of, by number. Actors of one process share its initialised cache and mutexes;
   * processes share nothing but files.
   */
  processes: readonly number[];
  /** Choices on the axes that belong to the situation: a double open, for one. */
  axes?: Partial<StrategyAxes>;
  /** Actors whose process may be killed between any two steps, once per execution. */
  mayCrash?: readonly number[];
  /** Actors whose process may be stopped between any two steps, once per execution. */
  mayStop?: readonly number[];
  /** A stopped process goes on when nobody else can (the default), or never. */
  stopLasts?: 'until-others-wait' | 'for-good';
  /** Steps that fail. */
  faults?: readonly InjectedFault[];
  claimTtlMs?: number;
  /** Most preemptions in this situation, where it is not the exploration's. */
  bound?: number;
  /** @returns what went wrong in words, or `undefined` if all is well. */
  check(outcome: Outcome): string | undefined;
}

/** An error that one actor meets at a step. */
export interface InjectedFault {
  actor: number;
  /** The step by its label: the statement as the strategy writes it, or the lock as it is shown. */
  step: string;
  /** Code of the error, such as `SQLITE_IOERR_SHMMAP` or `EACCES`. */
  code: string;
  /** How often; every time unless said otherwise. */
  times?: number;
}

/** A strategy by name, or one of the exploration's own. */
export type ExploredStrategy = string | { name: string; extends?: string; axes: Partial<StrategyAxes> };

/** What is expected of a strategy in a situation. */
export type Expectation = 'safe' | 'unsafe';

/** An exploration as its author writes it. */
export interface Exploration {
  kind: 'exploration';
  name: string;
  question: string;
  strategies: readonly ExploredStrategy[];
  situations: readonly Situation[];
  /** By strategy, then by situation; `default` in both for all others. `skip` leaves a situation out. */
  expect: Readonly<Record<string, Expectation | 'skip' | Readonly<Record<string, Expectation | 'skip'>>>>;
  /** Most preemptions per execution, 0 or more. */
  bound: number;
}
