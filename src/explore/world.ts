import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isBusy } from '../strategy/errors.ts';
import type { Engine } from '../engine/connection.ts';
import type { Step } from '../step/step.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { InProcessState } from '../strategy/in-process.ts';
import { Actor, type Stage, type StepResult } from './actor.ts';
import { VirtualClock } from './clock.ts';
import type { ActorEnd, Outcome, Situation } from '../scenario/exploration.ts';
import { CLOCK, DATA, EVERYTHING, LOCKS, SharedObjects, type Footprint } from './footprint.ts';
import { ACTIONS, type Action, type Move } from './move.ts';
import { BoardTemplate, queryBoard } from './template.ts';
import { TraceKey } from './trace-key.ts';

/** A move that was made, and what it did. */
export interface Made extends Move {
  step: Step | undefined;
  result: StepResult;
  footprint: Footprint;
  /** The virtual clock afterwards. */
  nowMs: number;
}

/** Statements that write nothing. A deferred BEGIN does nothing at all before the next statement. */
const READ = /^(SELECT |BEGIN$|PRAGMA (?!journal_mode|wal_checkpoint))/;
/** Statements that need SQLite's write lock whatever they find. */
const WRITE = /^(BEGIN IMMEDIATE|ALTER|INSERT|UPDATE|DELETE)/;

interface Waiting {
  /** Objects that somebody must write before another try makes sense. */
  on: number;
  /** When its patience ends, on the virtual clock. */
  untilMs: number;
}

/** What an execution starts from, over and over: one strategy in one situation. */
export class Setting {
  readonly situation: Situation;
  readonly axes: StrategyAxes;
  readonly engine: Engine;
  readonly databasePath: string;
  readonly template: BoardTemplate;
  readonly objects = new SharedObjects();

  /** @param folder of the explorer's own. */
  constructor(situation: Situation, axes: StrategyAxes, engine: Engine, folder: string) {
    this.situation = situation;
    this.axes = { ...axes, ...situation.axes };
    // The explorer waits itself: in SQLite, nothing does.
    this.engine = { name: engine.name, sqliteVersion: engine.sqliteVersion, open: (path) => engine.open(path, 0) };
    this.databasePath = join(folder, 'board.db');
    this.template = new BoardTemplate(folder, situation.board, engine);
  }
}

/** One execution as it goes: the board, its actors, and what may happen next. */
export class World {
  readonly actors: readonly Actor[];
  readonly key = new TraceKey();
  readonly clock = new VirtualClock();
  readonly #setting: Setting;
  readonly #waiting = new Map<number, Waiting>();
  readonly #stopped = new Set<number>();
  readonly #spent = new Set<Action>();
  /** By bit of a lock: which actor has it. */
  readonly #heldBy = new Map<number, number>();
  #isWal: boolean;
  #walBytes = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    const { situation, databasePath, axes, engine } = setting;
    setting.template.layAt(databasePath);
    this.#isWal = situation.board.start !== 'absent' && (situation.board.journalMode ?? 'wal') === 'wal';
    const stage: Stage = { databasePath, axes, engine, clock: this.clock, situation };
    const processes = new Map<number, InProcessState>();
    this.actors = situation.programs.map((_, index) => {
      const process = situation.processes[index] ?? index;
      let inProcess = processes.get(process);
      if (!inProcess) processes.set(process, (inProcess = new InProcessState(InProcessState.allocate())));
      return new Actor(index, stage, inProcess);
    });
  }

  /** The moves that may come next. One that turns out to have to wait is not among them until something it waits for moves. */
  moves(): Move[] {
    let moves: Move[] = [];
    for (const actor of this.actors) {
      const { index, next, process } = actor;
      if (!next || this.#stopped.has(process)) continue;
      if (!this.#waiting.has(index) && this.#mustWait(actor, next)) this.#wait(actor, next);
      if (!this.#waiting.has(index)) moves.push({ actor: index, action: 'step' });
    }
    if (moves.length === 0) moves = this.#lastResorts();
    if (moves.length === 0) return moves;
    const { mayCrash = [], mayStop = [] } = this.#setting.situation;
    for (const actor of mayCrash) if (this.#mayStrike(actor, 'crash')) moves.push({ actor, action: 'crash' });
    for (const actor of mayStop) if (this.#mayStrike(actor, 'stop')) moves.push({ actor, action: 'stop' });
    return moves;
  }

  /** Makes a move. @returns `undefined` if it has to wait; then nothing has changed. */
  make({ actor: index, action }: Move): Made | undefined {
    const actor = this.actors[index];
    if (!actor) throw new RangeError(`there is no actor ${index}`);
    const step = action === 'step' || action === 'timeout' ? actor.next : undefined;
    const hash = (action === 'step' ? actor.nextHash : 0) + index * 7 + ACTIONS.indexOf(action) * 0x10001;
    const hadWriteLock = actor.hasWriteLock;
    const made = this.#make(actor, action);
    if (made.type === 'blocked') {
      if (actor.next) this.#wait(actor, actor.next);
      return undefined;
    }
    if (action === 'step' && step?.attempt) this.#heldBy.set(this.#objectOf(actor, step), index);
    else if (step?.kind === 'lock' && step.label.startsWith('release'))
      this.#heldBy.delete(this.#objectOf(actor, step));
    const footprint = this.#footprintOf(actor, action, step, made, hadWriteLock);
    this.key.add(index, hash, footprint);
    for (const [waiting, { on }] of this.#waiting) if (on & footprint.writes) this.#waiting.delete(waiting);
    return { actor: index, action, step, result: made, footprint, nowMs: this.clock.nowMs };
  }

  /** Ends the execution; nobody has the board open afterwards. @param how what becomes of actors that have not ended. */
  end(how: 'stuck' | 'cut'): Outcome {
    for (const actor of this.actors) actor.leave(this.#stopped.has(actor.process) ? 'stopped' : how);
    this.close();
    return {
      actors: this.actors.map(({ end }) => end as ActorEnd),
      query: (sql, ...parameters) => queryBoard(this.#setting.engine, this.#setting.databasePath, sql, ...parameters),
    };
  }

  close(): void {
    for (const { session } of this.actors) session.vanish();
  }

  #make(actor: Actor, action: Action): StepResult {
    switch (action) {
      case 'step':
        return actor.attempt((one, step) => this.#wouldWait(one, step));
      case 'timeout': {
        const { untilMs } = this.#waiting.get(actor.index) ?? { untilMs: this.clock.nowMs };
        this.#waiting.delete(actor.index);
        this.clock.advanceTo(untilMs);
        return actor.giveUp();
      }
      case 'crash':
        this.#spent.add(action);
        for (const one of this.actors) if (one.process === actor.process && one.next) this.#crash(one);
        break;
      case 'stop':
        this.#spent.add(action);
        this.#stopped.add(actor.process);
        break;
      case 'resume':
        this.#stopped.delete(actor.process);
        break;
    }
    return { type: 'done', value: undefined };
  }

  #crash(actor: Actor): void {
    actor.crash();
    this.#waiting.delete(actor.index);
    for (const [lock, holder] of this.#heldBy) if (holder === actor.index) this.#heldBy.delete(lock);
  }

  #mayStrike(actor: number, action: 'crash' | 'stop'): boolean {
    const { next, process } = this.actors[actor] ?? {};
    return next !== undefined && process !== undefined && !this.#spent.has(action) && !this.#stopped.has(process);
  }

  /** Nobody can move: the first patience ends, and if nobody has any, whoever was stopped goes on. */
  #lastResorts(): Move[] {
    const impatient = [...this.#waiting].filter(
      ([actor, { untilMs }]) => untilMs < Infinity && !this.#stopped.has(this.actors[actor]?.process ?? -1),
    );
    const [first] = impatient.toSorted(([, a], [, b]) => a.untilMs - b.untilMs);
    if (first) return [{ actor: first[0], action: 'timeout' }];
    if (this.#setting.situation.stopLasts === 'for-good') return [];
    const stopped = this.actors.find(({ process, next }) => next && this.#stopped.has(process));
    return stopped ? [{ actor: stopped.index, action: 'resume' }] : [];
  }

  #wait(actor: Actor, step: Step): void {
    const on = step.attempt ? this.#objectOf(actor, step) : DATA | LOCKS;
    const timeoutMs = step.attempt ? (step.timeoutMs ?? Infinity) : this.#setting.axes.busyTimeoutMs;
    this.#waiting.set(actor.index, { on, untilMs: this.clock.nowMs + timeoutMs });
  }

  /** What is known to have to wait need not be tried. Where nothing is known, trying finds out. */
  #mustWait(actor: Actor, step: Step): boolean {
    if (step.attempt) return (this.#heldBy.get(this.#objectOf(actor, step)) ?? actor.index) !== actor.index;
    if (!this.#isWal || step.kind !== 'sql' || actor.isInTransaction || !WRITE.test(step.label)) return false;
    return this.actors.some((other) => other !== actor && other.hasWriteLock);
  }

  /**
   * SQLite waits for a lock, with two exceptions that were measured: it gives up at once when the journal mode is to
   * become WAL while another connection is writing, or not WAL any more while another has the WAL open.
   */
  #wouldWait(actor: Actor, { label }: Step): boolean {
    if (label === 'PRAGMA journal_mode = delete') return !this.#isWal;
    return label !== 'PRAGMA journal_mode = wal' || !this.actors.some((other) => other !== actor && other.hasWriteLock);
  }

  /** A mutex is one per process, a file lock one for all. */
  #objectOf(actor: Actor, { label }: Step): number {
    const where = label.includes('mutex') ? ` of process ${actor.process}` : '';
    const lock = label.replace(/^(wait for|try|release) /, '').replace(/, \d+ ms at most$/, '');
    return this.#setting.objects.bitOf(lock + where);
  }

  #footprintOf(
    actor: Actor,
    action: Action,
    step: Step | undefined,
    result: StepResult,
    hadWriteLock: boolean,
  ): Footprint {
    if (action === 'crash') return EVERYTHING;
    // Its time stands still alone: the others notice nothing.
    if (action === 'stop' || action === 'resume') return { reads: 0, writes: 0 };
    if (action === 'timeout') return { reads: CLOCK | DATA | LOCKS, writes: CLOCK };
    switch (step?.kind) {
      case 'sleep':
        return { reads: CLOCK, writes: CLOCK };
      case 'lock':
        return { reads: CLOCK, writes: this.#objectOf(actor, step) };
      case 'memory': {
        const memory = this.#setting.objects.bitOf(`memory of ${actor.process}`);
        return step.label.startsWith('remember')
          ? { reads: CLOCK, writes: memory }
          : { reads: CLOCK | memory, writes: 0 };
      }
      case 'file':
        return { reads: CLOCK | DATA, writes: 0 };
      default:
        return this.#sqlFootprint(actor, step, result, hadWriteLock);
    }
  }

  /**
   * Outside WAL mode readers and writers exclude each other, and every statement counts as a write. In WAL mode a
   * statement has written if the WAL has grown; within a transaction that has its snapshot, nobody sees it before COMMIT.
   */
  #sqlFootprint(actor: Actor, step: Step | undefined, result: StepResult, hadWriteLock: boolean): Footprint {
    const everything = { reads: CLOCK, writes: DATA | LOCKS };
    const label = step?.label ?? '';
    const hasWriteLock = actor.hasWriteLock;
    // Inside its transaction nobody sees what it does.
    if (this.#isWal && hadWriteLock && hasWriteLock) return { reads: CLOCK, writes: 0 };
    if (this.#isWal && READ.test(label)) return { reads: CLOCK | DATA, writes: 0 };
    if (this.#isWal && label === 'BEGIN IMMEDIATE') return { reads: CLOCK | DATA, writes: LOCKS };
    const wasWal = this.#isWal;
    if (label.startsWith('PRAGMA journal_mode')) this.#lookAtJournalMode(result);
    if (!wasWal || !this.#isWal) return everything;
    const bytes = this.#walSize();
    const hasGrown = bytes !== this.#walBytes;
    this.#walBytes = bytes;
    if (hasGrown) return everything;
    if (result.type === 'failed' && isBusy(result.error)) return { reads: CLOCK | DATA | LOCKS, writes: 0 };
    return { reads: CLOCK | DATA, writes: hadWriteLock || hasWriteLock ? LOCKS : 0 };
  }

  #lookAtJournalMode(result: StepResult): void {
    if (result.type !== 'done') return;
    const { journal_mode: mode } = (result.value ?? {}) as { journal_mode?: unknown };
    this.#isWal = mode === 'wal';
  }

  /** stat(2) opens nothing, so it cancels no lock. */
  #walSize(): number {
    return statSync(`${this.#setting.databasePath}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}
