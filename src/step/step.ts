/**
 * What a step touches: one SQL statement, one lock, one action on a file, memory that the threads of a process share, or
 * the passing of time.
 */
export type StepKind = 'sql' | 'lock' | 'file' | 'memory' | 'sleep';

/**
 * One action of a worker that others can see or be disturbed by. Between two steps anything may happen: another process
 * may act, or this one may be killed.
 */
export interface Step {
  readonly kind: StepKind;
  /** What it does, for people: the SQL text, the name of the lock, the file. */
  readonly label: string;
  /** Does it. May block, may throw. */
  run(): unknown;
  /**
   * For a step that may wait, instead of {@link Step.run}: does it if that needs no waiting, and says whether it did.
   * Whoever drives steps one by one decides what happens in between.
   */
  readonly attempt?: () => boolean;
  /** Longest wait, in milliseconds; after it the step is over, with `false` as its result. Without it, it waits for ever. */
  readonly timeoutMs?: number;
  /** For a step that lets time pass: how much, in milliseconds. */
  readonly delayMs?: number;
}

/**
 * A piece of work as a sequence of steps. It receives each step's result where it yielded the step, and each step's
 * error as an exception at that place. Whoever drives it decides when the next step happens.
 */
export type Steps<T> = Generator<Step, T, unknown>;

/** A step that is a plain function. */
export function step(kind: StepKind, label: string, run: () => unknown): Step {
  return { kind, label, run };
}
