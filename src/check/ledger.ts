import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { build, type Histogram } from 'hdr-histogram-js';
import { readHistory } from '../history/reader.ts';
import {
  OPERATION_KINDS,
  type HistoryRecord,
  type Invoke,
  type Note,
  type Ok,
  type Failed,
  type OperationKind,
} from '../history/record.ts';
import { Growable } from './growable.ts';

/** What the worker was told of the event with a number. */
export const FATE = { none: 0, inFlight: 1, acknowledged: 2, failed: 3, uncertain: 4 } as const;

/** How the operations of one kind ended. */
export interface OperationCounts {
  ok: number;
  fail: number;
  /** In flight when the worker died, or told "nobody knows". */
  indeterminate: number;
}

/** A note with the worker that made it. */
export interface WorkerNote extends Note {
  worker: string;
}

/** Latencies in nanoseconds are recorded from 100 ns up, with three significant digits. */
const LATENCY = {
  lowestDiscernibleValue: 100,
  highestTrackableValue: 3.6e12,
  numberOfSignificantValueDigits: 3,
} as const;
/** Of each worker, notes of one name are kept up to this number; they repeat themselves. */
const NOTES_MAX = 100;
/** The worker that fills the board before a trial. What it did must still be there; how fast it was says nothing. */
export const SETUP_WORKER = 'setup';

/** What one worker was told, event by event, in a few bytes each. */
export class WorkerLedger {
  readonly worker: string;
  /** Name of the history file. */
  readonly file: string;
  pid = 0;
  sqliteVersion = '';
  /** Highest event number that was attempted. */
  last = 0;
  /** Index into {@link OPERATION_KINDS} plus 1, by event number. */
  readonly kinds = new Growable();
  /** One of {@link FATE}, by event number. */
  readonly fates = new Growable();
  /** CRC-32 of the task's id as the worker was told it, by event number. */
  readonly tasks = new Growable();
  /** The operation that had no outcome when the history ended. */
  inFlight: Invoke | undefined;
  /** How many notes of each name it made. */
  readonly notes = new Map<string, number>();

  constructor(worker: string, file: string) {
    this.worker = worker;
    this.file = file;
  }
}

/** What the histories of a trial say, read once, in memory that grows by some bytes an event. */
export class Ledger {
  readonly workers = new Map<string, WorkerLedger>();
  readonly counts: Record<OperationKind, OperationCounts>;
  readonly latencies: Record<OperationKind, Histogram>;
  /** How often each kind of operation failed with each code: `claim CLAIM_LOST` → 12. */
  readonly failures = new Map<string, number>();
  /** How often an open failed with each message, and in which worker first; for races at first open. */
  readonly openFailures = new Map<string, { count: number; worker: string }>();
  readonly notes: WorkerNote[] = [];
  acknowledged = 0;

  private constructor() {
    this.counts = perKind(() => ({ ok: 0, fail: 0, indeterminate: 0 }));
    this.latencies = perKind(() => build(LATENCY));
  }

  /** Reads every history of a folder. @throws {SyntaxError} for a history that nobody can have written. */
  static read(directory: string): Ledger {
    const ledger = new Ledger();
    for (const file of readdirSync(directory).toSorted()) {
      if (file.endsWith('.history')) ledger.#readWorker(join(directory, file), file);
    }
    return ledger;
  }

  #readWorker(path: string, file: string): void {
    const worker = new WorkerLedger(file.slice(0, -'.history'.length), file);
    this.workers.set(worker.worker, worker);
    for (const record of readHistory(path)) this.#enter(worker, record);
    if (worker.inFlight && worker.worker !== SETUP_WORKER) this.counts[worker.inFlight.kind].indeterminate++;
  }

  #enter(worker: WorkerLedger, record: HistoryRecord): void {
    switch (record.type) {
      case 'header':
        worker.pid = record.pid;
        worker.sqliteVersion = record.sqliteVersion;
        return;
      case 'note':
        this.#keep(worker, record);
        return;
      case 'invoke':
        worker.inFlight = record;
        if (record.event > 0) this.#attempt(worker, record);
        return;
      case 'ok':
      case 'fail':
      case 'info':
        this.#settle(worker, record);
        worker.inFlight = undefined;
    }
  }

  #keep(worker: WorkerLedger, note: Note): void {
    const count = (worker.notes.get(note.name) ?? 0) + 1;
    worker.notes.set(note.name, count);
    if (count <= NOTES_MAX) this.notes.push({ ...note, worker: worker.worker });
  }

  #attempt(worker: WorkerLedger, { event, kind }: Invoke): void {
    worker.last = Math.max(worker.last, event);
    worker.kinds.set(event, OPERATION_KINDS.indexOf(kind) + 1);
    worker.fates.set(event, FATE.inFlight);
  }

  #settle(worker: WorkerLedger, outcome: Ok | Failed): void {
    const invoke = worker.inFlight;
    if (!invoke || invoke.operation !== outcome.operation) {
      throw new SyntaxError(`${worker.file}: operation ${outcome.operation} has an outcome but was not begun`);
    }
    if (worker.worker !== SETUP_WORKER) this.#count(worker, invoke.kind, outcome);
    if (invoke.event === 0) return;
    worker.fates.set(invoke.event, fateOf(outcome));
    if (outcome.event === 0) return;
    this.acknowledged++;
    if (outcome.type === 'ok') worker.tasks.set(invoke.event, crc32(outcome.task));
  }

  #count(worker: WorkerLedger, kind: OperationKind, outcome: Ok | Failed): void {
    const counts = this.counts[kind];
    if (outcome.type === 'ok') counts.ok++;
    else if (outcome.type === 'fail') counts.fail++;
    else counts.indeterminate++;
    const { lowestDiscernibleValue, highestTrackableValue } = LATENCY;
    const latencyNs = Math.min(Math.max(outcome.latencyNs, lowestDiscernibleValue), highestTrackableValue);
    this.latencies[kind].recordValue(latencyNs);
    if (outcome.type !== 'ok') this.#countFailure(worker, kind, outcome);
  }

  #countFailure(worker: WorkerLedger, kind: OperationKind, { code, message }: Failed): void {
    const key = `${kind} ${code}`;
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
    if (kind !== 'open') return;
    const known = this.openFailures.get(message);
    if (known) known.count++;
    else this.openFailures.set(message, { count: 1, worker: worker.worker });
  }
}

function perKind<T>(make: () => T): Record<OperationKind, T> {
  return Object.fromEntries(OPERATION_KINDS.map((kind) => [kind, make()])) as Record<OperationKind, T>;
}

function fateOf(outcome: Ok | Failed): number {
  if (outcome.event > 0) return FATE.acknowledged;
  if (outcome.type === 'info') return FATE.uncertain;
  return outcome.type === 'fail' ? FATE.failed : FATE.none;
}
