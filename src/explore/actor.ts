import { crc32 } from 'node:zlib';
import type { Engine } from '../engine/connection.ts';
import type { Step, Steps } from '../step/step.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import type { InProcessState } from '../strategy/in-process.ts';
import { pause } from '../strategy/lock/lock.ts';
import { Session } from '../strategy/session.ts';
import type { VirtualClock } from './clock.ts';
import type { ActorEnd, ActorSession, Situation } from '../scenario/exploration.ts';

/** What actors share, and where they work. */
export interface Stage {
  databasePath: string;
  axes: StrategyAxes;
  engine: Engine;
  clock: VirtualClock;
  situation: Situation;
}

/** How a step came out: its result, its error, or that it has to wait. */
export type StepResult = { type: 'done'; value: unknown } | { type: 'failed'; error: unknown } | { type: 'blocked' };

/** One worker under exploration: a program over a session of its own, driven a step at a time. */
export class Actor {
  readonly index: number;
  readonly process: number;
  readonly session: Session;
  /** The step that comes next; `undefined` once the program has ended. */
  next: Step | undefined;
  end: ActorEnd | undefined;
  /** The open transaction has read: what it saw is fixed, and SQLite does not wait for a lock any more. */
  #hasSnapshot = false;
  #hasWriteLock = false;
  readonly #steps: Steps<unknown>;
  readonly #stage: Stage;
  readonly #faults: { step: string; code: string; left: number }[];
  readonly #hashes = new Map<string, number>();

  constructor(index: number, stage: Stage, inProcess: InProcessState) {
    const { situation, axes, engine, clock, databasePath } = stage;
    this.index = index;
    this.process = situation.processes[index] ?? index;
    this.#stage = stage;
    this.#faults = (situation.faults ?? [])
      .filter(({ actor }) => actor === index)
      .map(({ step, code, times = Infinity }) => ({ step, code, left: times }));
    this.session = new Session({
      databasePath,
      axes,
      engine,
      worker: `w${index}`,
      claimTtlMs: situation.claimTtlMs ?? 900_000,
      reclaim: 'expired',
      inProcess,
      // Jitter is time, and time is the scheduler's here.
      random: () => 0.5,
      hooks: { connected: nothing, beforeCommit: nothing, afterCommit: nothing },
      nowMs: () => clock.nowMs,
      processLock: `host:${this.process}`,
    });
    const program = situation.programs[index];
    if (!program) throw new Error(`actor ${index} has no program`);
    this.#steps = program(actorSession(this.session));
    this.#take(() => this.#steps.next());
  }

  get isInTransaction(): boolean {
    return this.session.isOpen && this.session.connection.inTransaction;
  }

  /** Whether its open transaction holds SQLite's write lock. */
  get hasWriteLock(): boolean {
    return this.#hasWriteLock && this.isInTransaction;
  }

  /** A number for the step that comes next, the same for the same step. */
  get nextHash(): number {
    const label = this.next?.label ?? '';
    let hash = this.#hashes.get(label);
    if (hash === undefined) this.#hashes.set(label, (hash = crc32(label)));
    return hash;
  }

  /** Runs the next step if it need not wait. The program goes on to the step after it, unless it is blocked. */
  attempt(wouldWait: (actor: Actor, step: Step) => boolean): StepResult {
    const { next } = this;
    if (!next) throw new Error('the actor has ended');
    const result = this.#try(next, wouldWait);
    if (result.type === 'done') this.#take(() => this.#steps.next(result.value));
    else if (result.type === 'failed') this.#take(() => this.#steps.throw(result.error));
    return result;
  }

  /** The wait of the next step is over, in vain. */
  giveUp(): StepResult {
    const { next } = this;
    if (next?.attempt) {
      this.#take(() => this.#steps.next(false));
      return { type: 'done', value: false };
    }
    const error = new BusyError();
    this.#take(() => this.#steps.throw(error));
    return { type: 'failed', error };
  }

  /** The process has died: its connection and its locks are gone. */
  crash(): void {
    this.next = undefined;
    this.end = { how: 'crashed' };
    this.session.vanish();
  }

  /** The schedule is over before the program is. */
  leave(how: 'stopped' | 'stuck' | 'cut'): void {
    if (this.end) return;
    this.next = undefined;
    this.end = { how };
  }

  #try(step: Step, wouldWait: (actor: Actor, step: Step) => boolean): StepResult {
    if (step.delayMs !== undefined) {
      this.#stage.clock.advanceTo(this.#stage.clock.nowMs + step.delayMs);
      return { type: 'done', value: undefined };
    }
    try {
      this.#failIfPlanned(step);
      if (step.attempt) return step.attempt() ? { type: 'done', value: true } : { type: 'blocked' };
      const value = step.run();
      if (step.kind === 'sql') this.#lookAtTransaction(step.label);
      return { type: 'done', value };
    } catch (error) {
      if (codeOf(error) === 'SQLITE_BUSY' && this.#waits(step) && wouldWait(this, step)) {
        return { type: 'blocked' };
      }
      return { type: 'failed', error };
    }
  }

  #failIfPlanned({ label }: Step): void {
    const fault = this.#faults.find(({ step, left }) => step === label && left > 0);
    if (!fault) return;
    fault.left--;
    throw Object.assign(new Error(`injected: ${fault.code}`), { code: fault.code });
  }

  #lookAtTransaction(label: string): void {
    const { isInTransaction } = this;
    this.#hasSnapshot = isInTransaction && label !== 'BEGIN';
    const isWrite = label !== 'BEGIN' && !READS.test(label);
    this.#hasWriteLock = isInTransaction && (this.#hasWriteLock || isWrite);
  }

  /** A statement that upgrades what its transaction has read fails at once, whatever busy_timeout says. */
  #waits(step: Step): boolean {
    return step.kind === 'sql' && (step.label === 'COMMIT' || !this.isInTransaction || !this.#hasSnapshot);
  }

  #take(advance: () => IteratorResult<Step, unknown>): void {
    try {
      const { done, value } = advance();
      this.next = done ? undefined : value;
      if (done) this.end = { how: 'returned', value };
    } catch (error) {
      // Only what a worker would tell its caller is an outcome; anything else is a mistake in the program.
      if (!(error instanceof Error) || !('code' in error)) throw error;
      this.next = undefined;
      this.end = { how: 'threw', code: codeOf(error), message: messageOf(error) };
    }
  }
}

/** Statements that take no write lock. */
const READS = /^(SELECT|PRAGMA) /;

const nothing = (): undefined => undefined;

/** What SQLite says once its busy timeout has expired. */
class BusyError extends Error {
  override readonly name = 'SqliteError';
  readonly code = 'SQLITE_BUSY';

  constructor() {
    super('database is locked');
  }
}

function actorSession(session: Session): ActorSession {
  return Object.assign(session, {
    *sleep(delayMs: number): Steps<void> {
      yield pause(delayMs);
    },
  });
}
