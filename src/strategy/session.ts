import { hostname } from 'node:os';
import { EventChain } from '../board/event-chain.ts';
import type { BoardSession } from '../board/session.ts';
import type { Connection, Engine, SqlValue, Statement } from '../engine/connection.ts';
import { isAlive } from '../kernel/process.ts';
import { step, type Step, type Steps } from '../step/step.ts';
import type { StrategyAxes } from './axes.ts';
import { CommitUncertain } from './errors.ts';
import type { InProcessState } from './in-process.ts';
import { FileLock } from './lock/file-lock.ts';
import type { Lock } from './lock/lock.ts';
import { afterCommit } from './policy/after-commit.ts';
import { beforeClose } from './policy/checkpoint.ts';
import type { PolicyContext } from './policy/context.ts';
import { aroundFirstOpen, migrate } from './policy/first-open.ts';
import { leaseOf } from './policy/lease.ts';
import { setPragmas } from './policy/pragmas.ts';
import { probeOf } from './policy/probe.ts';
import { begin, commit, rollback } from './policy/transaction.ts';
import { aroundWrite } from './policy/write-lock.ts';
import type { TransactionTimes } from './transaction-times.ts';

/**
 * Where somebody besides the strategy acts: hazards, and the worker's look at its own locks. `undefined` for no steps:
 * these are called around every transaction, where making an empty generator would be felt.
 */
export interface SessionHooks {
  /** A connection has opened and migrated. */
  connected(): Steps<void> | undefined;
  /** Inside a write transaction, after its last statement. */
  beforeCommit(): Steps<void> | undefined;
  /** After a commit and after the strategy's own check. */
  afterCommit(): Steps<void> | undefined;
}

/** What a session needs to know. */
export interface SessionSettings {
  /** Absolute path of the database. */
  databasePath: string;
  axes: StrategyAxes;
  engine: Engine;
  /** Unique within the trial. */
  worker: string;
  claimTtlMs: number;
  /** Whose expired claims may be taken: only those of dead processes of this machine, or anybody's. */
  reclaim: 'dead-holders' | 'expired';
  inProcess: InProcessState;
  random: () => number;
  hooks: SessionHooks;
  /** Left out, nobody asks where the time goes. */
  times?: TransactionTimes | undefined;
  /** The board's clock, milliseconds since the Unix epoch; the machine's unless said otherwise. */
  nowMs?: () => number;
  /** What stands in `claim_lock` before any fencing; this process unless said otherwise. */
  processLock?: string;
}

/** One worker's way to the board: its connection, opened, migrated and written to as its strategy says. */
export class Session implements BoardSession, PolicyContext {
  readonly databasePath: string;
  readonly axes: StrategyAxes;
  readonly inProcess: InProcessState;
  readonly events: EventChain;
  readonly claimLock: string;
  readonly claimTtlMs: number;
  readonly leaseTtlMs: number;
  readonly holder: string;
  readonly fencing: boolean;
  readonly random: () => number;
  readonly times: TransactionTimes | undefined;
  readonly #settings: SessionSettings;
  readonly #clock: () => number;
  readonly #fileLocks = new Map<string, FileLock>();
  readonly #statements = new Map<string, Statement>();
  #connection: Connection | undefined;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
    this.databasePath = settings.databasePath;
    this.axes = settings.axes;
    this.inProcess = settings.inProcess;
    this.events = new EventChain(settings.worker);
    this.claimTtlMs = settings.claimTtlMs;
    this.leaseTtlMs = settings.claimTtlMs;
    this.holder = settings.worker;
    this.fencing = leaseOf(settings.axes).fencing;
    const { processLock = `${hostname()}:${process.pid}` } = settings;
    this.#clock = settings.nowMs ?? Date.now;
    this.claimLock = this.fencing ? `${processLock}:${settings.worker}` : processLock;
    this.random = settings.random;
    this.times = settings.times;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  get connection(): Connection {
    if (!this.#connection) throw new Error('the session is not open');
    return this.#connection;
  }

  nowMs(): number {
    return this.#clock();
  }

  mayReclaim(claimLock: unknown): boolean {
    if (this.#settings.reclaim === 'expired') return true;
    const [host, pid] = String(claimLock).split(':');
    return host === hostname() && !isAlive(Number(pid));
  }

  fileLock(path: string): Lock {
    let lock = this.#fileLocks.get(path);
    if (!lock) this.#fileLocks.set(path, (lock = new FileLock(path)));
    return lock;
  }

  exec(sql: string): Step {
    return step('sql', sql, () => this.connection.exec(sql));
  }

  run(sql: string, ...parameters: SqlValue[]): Step {
    return new StatementStep(this, 'run', sql, parameters);
  }

  get(sql: string, ...parameters: SqlValue[]): Step {
    return new StatementStep(this, 'get', sql, parameters);
  }

  all(sql: string, ...parameters: SqlValue[]): Step {
    return new StatementStep(this, 'all', sql, parameters);
  }

  /** The statement, prepared at its first use on this connection. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.connection.prepare(sql)));
    return statement;
  }

  /** Opens and migrates the board. @throws whatever the first open of the strategy lets through; then nothing is open. */
  *open(): Steps<void> {
    try {
      yield* this.#openOnce();
      if (this.axes.initialisedCache === 'double-open') {
        // #22627: the second open of a tick discards what the first remembered, and migrates again.
        yield* this.close();
        yield* this.#openOnce();
      }
      const connected = this.#settings.hooks.connected();
      if (connected) yield* connected;
    } catch (error) {
      yield* this.abandon();
      throw error;
    }
  }

  *#openOnce(): Steps<void> {
    const probe = probeOf(this.axes);
    // Checked before the guard and acted on inside it, as the reports describe.
    const remembers = this.axes.initialisedCache === 'per-process';
    const migrated = remembers && Boolean(yield this.inProcess.lookUpInitialised);
    yield* probe.before(this);
    const connect = function* (this: Session): Steps<void> {
      yield step('sql', 'open the database', () => {
        this.#connection = this.#settings.engine.open(this.databasePath, this.axes.busyTimeoutMs);
      });
      yield* setPragmas(this);
      yield* probe.after(this);
      if (migrated) return;
      yield* migrate(this);
      yield* leaseOf(this.axes).prepare(this);
      yield this.inProcess.markInitialised;
    }.bind(this);
    yield* migrated ? connect() : aroundFirstOpen(this, connect);
  }

  /** One write transaction, with what the strategy puts around and behind it. */
  write<T>(body: () => Steps<T>): Steps<T> {
    this.times?.asked();
    return aroundWrite(this, () => this.#transaction(body));
  }

  *#transaction<T>(body: () => Steps<T>): Steps<T> {
    yield* begin(this);
    this.times?.begun();
    let result: T;
    try {
      result = yield* body();
      const before = this.#settings.hooks.beforeCommit();
      if (before) yield* before;
      this.times?.worked();
      yield* commit(this);
      this.times?.ended();
    } catch (error) {
      yield* rollback(this);
      // After an uncertain COMMIT the event's number is spent.
      if (error instanceof CommitUncertain) this.events.uncertain();
      else this.events.rolledBack();
      throw error;
    }
    try {
      const check = afterCommit(this);
      if (check) yield* check;
    } catch (error) {
      // The caller is told of a failure although the commit is durable.
      this.events.uncertain();
      throw error;
    }
    this.events.committed();
    const after = this.#settings.hooks.afterCommit();
    if (after) yield* after;
    return result;
  }

  dispatch<T>(body: () => Steps<T>): Steps<T> {
    return leaseOf(this.axes).dispatch(this, body);
  }

  /** Closes the connection, checkpointing before if the strategy does. */
  *close(): Steps<void> {
    if (!this.#connection) return;
    try {
      yield* beforeClose(this);
    } finally {
      yield* this.abandon();
    }
  }

  /**
   * Lets everything go at once, as the end of the process does: what is open is rolled back, locks are free. Unlike a
   * SIGKILL, the end of the last connection moves the WAL back into the database.
   */
  vanish(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#statements.clear();
    try {
      connection?.close();
    } finally {
      for (const lock of this.#fileLocks.values()) lock.close();
    }
  }

  /** Closes the connection and nothing else; what is open is rolled back. */
  *abandon(): Steps<void> {
    const connection = this.#connection;
    if (!connection) return;
    yield step('sql', 'close the database', () => {
      this.#connection = undefined;
      this.#statements.clear();
      connection.close();
    });
  }
}

/** A step that runs a statement. A class, not a closure: it is made for every statement of every worker. */
class StatementStep implements Step {
  readonly kind = 'sql';
  readonly label: string;
  readonly #session: Session;
  readonly #method: 'run' | 'get' | 'all';
  readonly #parameters: SqlValue[];

  constructor(session: Session, method: 'run' | 'get' | 'all', sql: string, parameters: SqlValue[]) {
    this.#session = session;
    this.#method = method;
    this.label = sql;
    this.#parameters = parameters;
  }

  run(): unknown {
    const statement = this.#session.statement(this.label);
    switch (this.#method) {
      case 'run':
        return statement.run(...this.#parameters);
      case 'get':
        return statement.get(...this.#parameters);
      case 'all':
        return statement.all(...this.#parameters);
    }
  }
}
