import seedrandom from 'seedrandom';
import { claim } from '../board/operation/claim.ts';
import { complete } from '../board/operation/complete.ts';
import { create } from '../board/operation/create.ts';
import { heartbeat } from '../board/operation/heartbeat.ts';
import { reclaim } from '../board/operation/reclaim.ts';
import type { BoardSession, Done } from '../board/session.ts';
import type { Engine } from '../engine/connection.ts';
import type { OperationKind } from '../history/record.ts';
import { HistoryWriter } from '../history/writer.ts';
import { sinceNs } from '../kernel/clock.ts';
import { sleepSync } from '../kernel/process.ts';
import { runFreely } from '../step/run-freely.ts';
import type { Steps } from '../step/step.ts';
import { CommitUncertain, codeOf, isBusy, messageOf } from '../strategy/errors.ts';
import type { InProcessState } from '../strategy/in-process.ts';
import { checkpointPassively, checkpointsPeriodically } from '../strategy/policy/checkpoint.ts';
import { readPragmas } from '../strategy/policy/pragmas.ts';
import { Session } from '../strategy/session.ts';
import { TransactionTimes } from '../strategy/transaction-times.ts';
import { historyPathOf, type Assignment, type WorkerReports } from './assignment.ts';
import { hooksFor } from './hooks.ts';
import { RequestSource, requestName, type Request } from './request.ts';

/** Operations per connection: for as long as the worker lives, for a tick, or for one. */
const OPERATIONS_MAX = { process: Infinity, tick: 50, operation: 1 };
/** Pause before the next try after a first open that failed: the "next tick", scaled. */
const REOPEN_DELAY_MS = { least: 5, spread: 20 };

/** Codes by which SQLite says that the file itself is broken. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;

const SILENT: WorkerReports = { running() {}, damaged() {} };

/** What the caller of an operation was told: the code of an error, or the task. */
interface Told {
  code: string | undefined;
  task: string;
}

/** One worker: opens the board, runs operations on it, and writes down what it was told. */
export class BoardWorker {
  readonly #assignment: Assignment;
  readonly #epochNs: bigint;
  readonly #history: HistoryWriter;
  readonly #session: Session;
  readonly #requests: RequestSource;
  readonly #random: () => number;
  readonly #checkpoints: boolean;
  readonly #reports: WorkerReports;
  readonly #times: TransactionTimes | undefined;
  #operation = 0;
  #served = 0;
  #onConnection = 0;
  #pragmasSeen = false;
  #damageSeen = false;
  #nextCheckpointNs = 0;
  #retry: Request | undefined;

  /** @param worker name within the trial; names its history too. */
  constructor(
    worker: string,
    assignment: Assignment,
    engine: Engine,
    inProcess: InProcessState,
    reports: WorkerReports = SILENT,
  ) {
    this.#assignment = assignment;
    this.#reports = reports;
    this.#epochNs = BigInt(assignment.epochNs);
    this.#random = seedrandom(`${assignment.seed}/${worker}`);
    this.#requests = new RequestSource(worker, assignment.workload, this.#random);
    this.#checkpoints = checkpointsPeriodically(assignment.axes, assignment.first);
    this.#history = new HistoryWriter(historyPathOf(assignment.historyDirectory, worker));
    this.#history.write({
      type: 'header',
      version: 1,
      worker,
      pid: process.pid,
      sqliteVersion: engine.sqliteVersion,
    });
    this.#times = assignment.isTimed ? new TransactionTimes() : undefined;
    this.#session = new Session({
      databasePath: assignment.databasePath,
      axes: assignment.axes,
      engine,
      worker,
      claimTtlMs: assignment.claimTtlMs,
      reclaim: assignment.reclaim,
      inProcess,
      random: seedrandom(`${assignment.seed}/${worker}/strategy`),
      hooks: hooksFor(assignment, seedrandom(`${assignment.seed}/${worker}/hazards`), (name, data) =>
        this.#history.hold({ type: 'note', atNs: this.nowNs(), name, data }),
      ),
      times: this.#times,
    });
  }

  /** Nanoseconds since the trial's epoch. */
  nowNs(): number {
    return sinceNs(this.#epochNs);
  }

  get isOpen(): boolean {
    return this.#session.isOpen;
  }

  /** Whether the worker has served all the requests that it was to serve. */
  get isDone(): boolean {
    const { operations } = this.#assignment.workload;
    return operations !== null && this.#served >= operations && this.#retry === undefined;
  }

  /**
   * Runs one operation: opening the board if it is not open, the next request otherwise.
   * @param dueNs when it was to start, in nanoseconds since the epoch: its latency counts from there (no coordinated
   * omission). Left out, it counts from when it does start.
   */
  runOne(dueNs?: number): void {
    if (!this.#session.isOpen) return this.#open();
    if (this.#retry === undefined) this.#served++;
    const request = this.#retry ?? this.#requests.next();
    this.#retry = undefined;
    this.#perform(request, dueNs);
    this.#maintainConnection();
  }

  /** Lets everything that was told so far reach the history: before a pause, and at the end. */
  flush(): void {
    this.#history.flush();
  }

  /** Closes the board and the history. */
  close(): void {
    this.#quietly(() => this.#session.close());
    this.#history.close();
  }

  #open(): void {
    this.#onConnection = 0;
    const opened = this.#record(
      'open',
      '-',
      0,
      function* (this: BoardWorker): Steps<Done> {
        yield* this.#session.open();
        return { task: '' };
      }.bind(this)(),
    );
    if (opened.code !== undefined) {
      this.flush();
      sleepSync(REOPEN_DELAY_MS.least + this.#random() * REOPEN_DELAY_MS.spread);
    } else if (!this.#pragmasSeen) {
      this.#pragmasSeen = true;
      this.#reports.running();
      this.#quietly(() => this.#notePragmas());
    }
  }

  *#notePragmas(): Steps<void> {
    const data = yield* readPragmas(this.#session);
    this.#history.write({ type: 'note', atNs: this.nowNs(), name: 'pragmas', data });
  }

  #perform(request: Request, dueNs: number | undefined): void {
    const { code, task } = this.#record(
      request.kind,
      requestName(request),
      this.#session.events.next,
      stepsOf(this.#session, request),
      dueNs,
    );
    if (code === undefined) this.#requests.succeeded(request, task);
    else {
      this.#requests.failed(request, code);
      this.#retry = this.#requests.retryOf(request);
    }
  }

  /** Runs steps as one operation of the history. The intent is on disk before they start; the outcome is held. */
  #record(kind: OperationKind, request: string, event: number, steps: Steps<Done>, dueNs?: number): Told {
    const operation = ++this.#operation;
    const before = this.#session.events.acknowledged;
    this.#history.write({ type: 'invoke', operation, kind, event, atNs: this.nowNs(), request });
    const startNs = dueNs ?? this.nowNs();
    try {
      const { task } = runFreely(steps);
      const atNs = this.nowNs();
      this.#noteTimes(atNs);
      this.#history.hold({
        type: 'ok',
        operation,
        atNs,
        latencyNs: atNs - startNs,
        event: this.#eventSince(before),
        task,
      });
      return { code: undefined, task };
    } catch (error) {
      const atNs = this.nowNs();
      if (!(error instanceof Error) || !('code' in error)) throw error;
      this.#noteTimes(atNs);
      const code = codeOf(error);
      const type = error instanceof CommitUncertain ? 'info' : 'fail';
      const outcome = { operation, atNs, latencyNs: atNs - startNs, event: this.#eventSince(before) };
      this.#history.hold({ type, ...outcome, code, message: messageOf(error) });
      // A connection that saw damage is not used again: the next operation opens a new one.
      if (code.startsWith('SQLITE_') && !isBusy(error)) this.#quietly(() => this.#session.abandon());
      if (DAMAGE.test(code)) this.#reportDamage();
      return { code, task: '' };
    }
  }

  /** Stands before the outcome of the operation that it is about. */
  #noteTimes(atNs: number): void {
    if (!this.#times) return;
    const { waitNs, workNs, commitNs, transactions, retries, lastNs } = this.#times.take();
    const data = [waitNs, workNs, commitNs, transactions, retries, lastNs];
    this.#history.hold({ type: 'note', atNs, name: 'phases', data });
  }

  /** Number of the event that the operation is known to have committed; 0 if it has not. */
  #eventSince(before: number): number {
    const { acknowledged } = this.#session.events;
    return acknowledged > before ? acknowledged : 0;
  }

  #reportDamage(): void {
    if (this.#damageSeen) return;
    this.#damageSeen = true;
    this.#reports.damaged();
  }

  #maintainConnection(): void {
    const { connection } = this.#assignment.axes;
    if (++this.#onConnection >= OPERATIONS_MAX[connection]) this.#quietly(() => this.#session.close());
    else if (this.#checkpoints && this.nowNs() >= this.#nextCheckpointNs) {
      this.#nextCheckpointNs = this.nowNs() + this.#assignment.checkpointEveryMs * 1e6;
      this.#quietly(() => checkpointPassively(this.#session));
    }
  }

  /** Housekeeping whose failure is no operation's outcome; it is noted all the same. */
  #quietly(steps: () => Steps<void>): void {
    try {
      runFreely(steps());
    } catch (error) {
      const data = { code: codeOf(error), message: messageOf(error) };
      this.#history.hold({ type: 'note', atNs: this.nowNs(), name: 'housekeeping-failed', data });
    }
  }
}

function stepsOf(board: BoardSession, request: Request): Steps<Done> {
  switch (request.kind) {
    case 'create':
      return create(board, request.task);
    case 'claim':
      return claim(board, request.choice);
    case 'heartbeat':
      return heartbeat(board, request.task);
    case 'complete':
      return complete(board, request.task);
    case 'reclaim':
      return reclaim(board);
  }
}
