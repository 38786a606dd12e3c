import { sleepSync } from '../../kernel/process.ts';
import { step, type Step, type Steps } from '../../step/step.ts';

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
  yield waiting(lock);
  return yield* releasing(lock, body);
}

/** A step that waits for the lock as long as it takes. */
export function waiting(lock: Lock): Step {
  return {
    kind: 'lock',
    label: `wait for ${lock.label}`,
    run: () => {
      lock.acquire();
      return true;
    },
    attempt: () => lock.tryAcquire(),
  };
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
  if (yield polling(lock, wait)) return yield* releasing(lock, body);
  if (wait.otherwise === 'proceed') return yield* body();
  throw wait.otherwise(wait.timeoutMs);
}

/** A step that polls for the lock; its result is whether it was had in time. */
function polling(lock: Lock, { timeoutMs, pollMs }: BoundedWait): Step {
  return {
    kind: 'lock',
    label: `wait for ${lock.label}, ${timeoutMs} ms at most`,
    run: () => {
      for (const endMs = performance.now() + timeoutMs; ; sleepSync(pollMs)) {
        if (lock.tryAcquire()) return true;
        if (performance.now() >= endMs) return false;
      }
    },
    attempt: () => lock.tryAcquire(),
    timeoutMs,
  };
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
export function pause(delayMs: number): Step {
  return { kind: 'sleep', label: `sleep ${Math.round(delayMs)} ms`, run: () => sleepSync(delayMs), delayMs };
}
