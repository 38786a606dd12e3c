import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Victim } from '../fault/fault.ts';
import { sinceNs } from '../kernel/clock.ts';
import { isOwnDeath, signal } from '../kernel/process.ts';
import type { Cell, PlannedTrial } from '../scenario/plan.ts';
import type { Assignment, FromWorker } from '../worker/assignment.ts';
import { TRIAL_FILES, type WorkerExit } from './facts.ts';
import type { TrialEquipment } from './equipment.ts';
import type { ProcessEnd, WorkerProcess } from './worker-process.ts';

/** The harness's own part of a worker failed: no verdict about the board. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
  readonly code: string;

  constructor(worker: string, code: string, message: string) {
    super(`worker ${worker}: ${message}`);
    this.code = code;
  }
}

/** Time between the assignments and the start, so that all processes start at one moment, in milliseconds. */
const STARTING_LINE_MS = 15;
/** Warm processes to have in reserve while workers are being killed. */
const SPARES_UNDER_FIRE = 3;
const LOCK_AUDIT_EVERY = 1024;
const LOCK_AUDIT_AFTER_MS = 20;
const CHECKPOINT_EVERY_MS = 1000;

/** A place in the trial: when its worker is killed, another takes it. */
interface Slot {
  name: string;
  role: 'worker' | 'dispatcher';
  incarnation: number;
  member: Member | undefined;
}

interface Member extends Victim {
  process: WorkerProcess;
  slot: Slot;
  state: 'working' | 'killed' | 'paused' | 'done' | 'stuck';
  /** When its predecessor was killed; for the time until it runs. */
  replacesSinceNs: number | undefined;
  hasBoardOpen: boolean;
}

interface WorkerPoolSettings {
  directory: string;
  databasePath: string;
  epochNs: bigint;
  equipment: TrialEquipment;
}

/** The worker processes of one trial. */
export class WorkerPool {
  readonly exits: WorkerExit[] = [];
  readonly replacementMs: number[] = [];
  /** When the workers started, in nanoseconds since the epoch. */
  startNs = 0;
  /** How long they worked. */
  workedNs = 0;
  isDamaged = false;
  /** Why the harness's own part failed, if it did. */
  failure: Error | undefined;
  /** Settles when every worker is through with its work. */
  readonly finished: Promise<void>;
  /** Settles when the trial's time is over: from then on workers end by themselves, unless something holds them up. */
  readonly timeIsUp: Promise<void>;
  /** Settles when going on makes no sense: a worker crashed or met a damaged database, the harness failed, or Ctrl-C. */
  readonly decided: Promise<void>;
  readonly #cell: Cell;
  readonly #trial: PlannedTrial;
  readonly #settings: WorkerPoolSettings;
  readonly #slots: Slot[];
  readonly #endings: Promise<void>[] = [];
  #pending = 0;
  #isDismissed = false;
  #finish!: () => void;
  #decide!: () => void;
  #endTime!: () => void;
  #clock: NodeJS.Timeout | undefined;
  readonly #retired = new AbortController();

  constructor(cell: Cell, trial: PlannedTrial, settings: WorkerPoolSettings) {
    this.#cell = cell;
    this.#trial = trial;
    this.#settings = settings;
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.decided = new Promise((resolve) => (this.#decide = resolve));
    this.timeIsUp = new Promise((resolve) => (this.#endTime = resolve));
    const { signal: abort } = settings.equipment;
    if (abort.aborted) this.#decide();
    // Removed when the pool is dismissed: the signal outlives it.
    else abort.addEventListener('abort', this.#decide, { signal: this.#retired.signal });
    this.#slots = slotsOf(cell);
  }

  /** Puts a worker into every slot; they start together. */
  async start(): Promise<void> {
    const { spares } = this.#settings.equipment;
    spares.prepare(this.#cell.workers.threads, this.#cell.workers.processes);
    const processes = await this.#takeAll();
    this.startNs = this.#nowNs() + STARTING_LINE_MS * 1e6;
    this.#clock = globalThis.setTimeout(this.#endTime, STARTING_LINE_MS + this.#cell.durationMs);
    this.#slots.forEach((slot, index) => this.#add(slot, processes[index] as WorkerProcess, undefined));
    if (this.#cell.faults.length > 0) spares.prepare(this.#cell.workers.threads, SPARES_UNDER_FIRE);
  }

  async #takeAll(): Promise<WorkerProcess[]> {
    const { spares } = this.#settings.equipment;
    const taken = await Promise.allSettled(this.#slots.map((slot) => spares.take(this.#threadsOf(slot))));
    const processes = taken.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = taken.find((result) => result.status === 'rejected');
    if (!failed) return processes;
    // Those that did start belong to nobody else.
    await Promise.all(processes.map((process) => process.end()));
    throw failed.reason;
  }

  /** Whether there is somebody to strike, and time left. */
  get isWorking(): boolean {
    return !this.#isDismissed && !this.isDamaged && this.#nowNs() < this.#stopNs;
  }

  /** Whether one who can be struck has said that it has the board open. */
  get hasBoardOpen(): boolean {
    return this.#strikeable().some(({ hasBoardOpen }) => hasBoardOpen);
  }

  victims(): Victim[] {
    return this.#strikeable();
  }

  #strikeable(): Member[] {
    return this.#members().filter(({ state, slot }) => state === 'working' && slot.role === 'worker');
  }

  /** The victim's death is a fault's doing; a replacement is called. */
  expectKill(victim: Victim): void {
    const member = this.#memberOf(victim);
    if (!member) return;
    member.state = 'killed';
    this.#pending++;
    const replaced = this.#replace(member.slot, this.#nowNs())
      .catch((error: Error) => this.#fail(error))
      .finally(() => this.#settle());
    this.#endings.push(replaced);
  }

  setPaused(victim: Victim): () => void {
    const member = this.#memberOf(victim);
    if (member) member.state = 'paused';
    return () => {
      if (member?.state === 'paused') member.state = 'working';
    };
  }

  /**
   * Ends the trial: asks everybody to stop, gives up those who do not, and waits until all are gone.
   * @param graceMs how long to wait while nobody ends. @param graceMsMax how long in all.
   */
  async dismiss(graceMs: number, graceMsMax: number): Promise<void> {
    this.#retired.abort();
    // Ctrl-C may come before they have started.
    if (this.startNs > 0) this.workedNs = Math.max(0, Math.min(this.#nowNs(), this.#stopNs) - this.startNs);
    this.#isDismissed = true;
    clearTimeout(this.#clock);
    for (const member of this.#members()) {
      member.process.stop();
      // One that a fault still holds is not stuck by itself.
      if (member.state === 'paused') signal(member.pid, 'SIGCONT');
    }
    const gone = this.#allGone();
    await Promise.race([gone, this.#standstill(graceMs, graceMsMax)]);
    for (const member of this.#members()) {
      // Finished by itself, it would be gone: `done` is said before the process ends.
      if (member.state !== 'killed') member.state = 'stuck';
      member.process.kill();
    }
    await gone;
  }

  /** Settles when nobody has ended for a while: a slow disk lets one after the other end, a lock that is lost lets nobody. */
  async #standstill(graceMs: number, graceMsMax: number): Promise<void> {
    for (let waitedMs = 0; waitedMs < graceMsMax && this.#members().length > 0; waitedMs += graceMs) {
      const ended = this.exits.length;
      await setTimeout(graceMs, undefined, { ref: false });
      if (this.exits.length === ended) return;
    }
  }

  /** New endings may be added while others are awaited: a replacement that was under way. */
  async #allGone(): Promise<void> {
    for (let known = -1; known !== this.#endings.length; ) {
      known = this.#endings.length;
      await Promise.all(this.#endings);
    }
  }

  async #replace(slot: Slot, sinceNs: number): Promise<void> {
    const { spares } = this.#settings.equipment;
    const process = await spares.take(this.#threadsOf(slot));
    if (this.#isDismissed || this.isDamaged) {
      await process.end();
      return;
    }
    slot.incarnation++;
    this.#add(slot, process, sinceNs);
    spares.prepare(this.#cell.workers.threads, SPARES_UNDER_FIRE);
  }

  #add(slot: Slot, process: WorkerProcess, replacesSinceNs: number | undefined): void {
    const worker = `${slot.name}.${slot.incarnation}`;
    const member: Member = {
      worker,
      pid: process.pid,
      process,
      slot,
      state: 'working',
      replacesSinceNs,
      hasBoardOpen: false,
    };
    slot.member = member;
    this.#pending++;
    this.#endings.push(process.ended.then((end) => this.#ended(member, end)));
    process.assign(this.#assignmentFor(slot, worker), (message) => this.#onMessage(member, message));
    this.#tellObserver();
  }

  #onMessage(member: Member, message: FromWorker): void {
    if (message.type === 'running') {
      member.hasBoardOpen = true;
      if (member.replacesSinceNs === undefined) return;
      this.replacementMs.push(Math.round((this.#nowNs() - member.replacesSinceNs) / 1e4) / 100);
    } else if (message.type === 'damaged') this.#setDamaged();
    else if (message.type === 'failed') this.#fail(new WorkerFailed(member.worker, message.code, message.message));
    else if (message.type === 'done' && member.state === 'working') member.state = 'done';
  }

  #ended(member: Member, end: ProcessEnd): void {
    if (member.slot.member === member) member.slot.member = undefined;
    const how = howItEnded(member, end);
    if (how === 'crashed' && end.signal !== null && !isOwnDeath(end.signal)) {
      this.#fail(new Error(`worker ${member.worker} was ended from outside, by ${end.signal}`));
    }
    this.exits.push({ worker: member.worker, pid: member.pid, how, ...end });
    this.#tellObserver();
    if (how === 'crashed') this.#setDamaged();
    this.#settle();
  }

  #fail(error: Error): void {
    this.failure ??= error;
    this.#decide();
  }

  #setDamaged(): void {
    this.isDamaged = true;
    this.#decide();
  }

  #settle(): void {
    if (--this.#pending === 0) this.#finish();
  }

  #members(): Member[] {
    return this.#slots.flatMap(({ member }) => member ?? []);
  }

  #memberOf({ pid }: Victim): Member | undefined {
    return this.#members().find((member) => member.pid === pid);
  }

  #tellObserver(): void {
    this.#settings.equipment.observer.pids(this.#members().map(({ pid }) => pid));
  }

  #nowNs(): number {
    return sinceNs(this.#settings.epochNs);
  }

  get #stopNs(): number {
    return this.startNs + this.#cell.durationMs * 1e6;
  }

  #threadsOf(slot: Slot): number {
    return slot.role === 'worker' ? this.#cell.workers.threads : 1;
  }

  #assignmentFor(slot: Slot, worker: string): Assignment {
    const { strategy, board, workload, dispatchers, hazards } = this.#cell;
    const { directory, databasePath, epochNs } = this.#settings;
    const mine =
      slot.role === 'dispatcher' && dispatchers ? { ...workload, ...dispatchers, operations: null } : workload;
    const { mix, loop, operations, retry } = mine;
    const { isMeasuring = false } = this.#settings.equipment;
    return {
      worker,
      threads: this.#threadsOf(slot),
      databasePath,
      historyDirectory: join(directory, TRIAL_FILES.histories),
      epochNs: String(epochNs),
      startAtNs: this.startNs,
      stopAtNs: this.#stopNs,
      seed: this.#trial.seed,
      axes: strategy.axes,
      workload: { mix, loop, operations, retry, holdMs: workload.holdMs },
      claimTtlMs: board.claimTtlMs,
      reclaim: board.reclaim,
      checkpointEveryMs: CHECKPOINT_EVERY_MS,
      first: slot === this.#slots[0],
      hazards,
      lockAuditEvery: isMeasuring ? 0 : LOCK_AUDIT_EVERY,
      lockAuditAfterMs: LOCK_AUDIT_AFTER_MS,
      ...(isMeasuring && { isTimed: true, jittersStarts: true }),
    };
  }
}

function slotsOf(cell: Cell): Slot[] {
  const slots = (role: Slot['role'], count: number, prefix: string): Slot[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${prefix}${index + 1}`,
      role,
      incarnation: 0,
      member: undefined,
    }));
  return [
    ...slots('worker', cell.workers.processes, 'w'),
    ...slots('dispatcher', cell.dispatchers?.processes ?? 0, 'd'),
  ];
}

function howItEnded(member: Member, end: ProcessEnd): WorkerExit['how'] {
  if (member.state === 'killed') return 'killed';
  if (member.state === 'stuck') return 'stuck';
  return end.code === 0 ? 'finished' : 'crashed';
}
