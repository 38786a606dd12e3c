import { sleepSync } from '../../kernel/process.ts';
import { step, type Steps } from '../../step/step.ts';

/** A lock besides SQLite's own: a file's or a process's. */
export interface Lock {
  /** What it is, for people. */
  readonly label: string;
  /** Takes it if it is free. */
  tryAcquire(): boolean;
  /** Blocks this thread until it is had. */
  acquire(): void;
  release(): void;
}

/** Runs `body` while the lock is held, waiting for it as long as it takes. */
export function* holding<T>(lock: Lock, body: () => Steps<T>): Steps<T> {
  yield step('lock', `wait for ${lock.label}`, () => lock.acquire());
  return yield* releasing(lock, body);
}

/** How {@link holdingWithin} waits. */
export interface BoundedWait {
  /** Longest wait, in milliseconds. */
  timeoutMs: number;
  /** Pause between two tries, in milliseconds. */
  pollMs: number;
  /** What to do when time is up: run `body` without the lock (fails open), or throw this. */
  otherwise: 'proceed' | ((waitedMs: number) => Error);
}

/** Runs `body` while the lock is held, polling for it for a limited time. */
export function* holdingWithin<T>(lock: Lock, wait: BoundedWait, body: () => Steps<T>): Steps<T> {
  for (let waitedMs = 0; ; waitedMs += wait.pollMs) {
    if (yield step('lock', `try ${lock.label}`, () => lock.tryAcquire())) return yield* releasing(lock, body);
    if (waitedMs >= wait.timeoutMs) {
      if (wait.otherwise === 'proceed') return yield* body();
      throw wait.otherwise(waitedMs);
    }
    yield pause(wait.pollMs);
  }
}

/** Runs `body`, then lets go of a lock that is held already. */
export function* releasing<T>(lock: Lock, body: () => Steps<T>): Steps<T> {
  try {
    return yield* body();
  } finally {
    yield step('lock', `release ${lock.label}`, () => lock.release());
  }
}

/** A step that lets time pass. */
export function pause(delayMs: number) {
  return step('sleep', `sleep ${delayMs} ms`, () => sleepSync(delayMs));
}
