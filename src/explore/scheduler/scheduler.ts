import type { Chooser, Execution } from '../execute.ts';

/** What an exploration has covered so far. */
export interface Coverage {
  /** In words, for people: "all 252 interleavings with up to 2 preemptions". */
  words: string;
  /** Everything within the bound has been executed, or is equivalent to something that has. */
  isExhausted: boolean;
  /** Interleavings that the executions stand for. Beyond 2^53 it is an approximation. */
  interleavings: number | undefined;
}

/** Decides which interleavings are executed, one execution after the other. */
export interface Scheduler {
  readonly name: string;
  /** Chooses the moves of the next execution; `undefined` when there is none left. */
  next(): Chooser | undefined;
  /** The execution of the last chooser is over. */
  ended(execution: Execution): void;
  coverage(): Coverage;
  /** Estimate of how much of the bounded space is behind it, 0 to 1; `undefined` for a scheduler that covers none. */
  share(): number | undefined;
}

/** What schedulers are made from. */
export interface SchedulerSettings {
  seed: string;
  /** Most preemptions per execution; for the depth-first scheduler. */
  bound: number;
  /** Most executions; for schedulers that have no end of their own. */
  schedules: number;
  /** Equivalent interleavings are executed once. */
  prune: boolean;
}
