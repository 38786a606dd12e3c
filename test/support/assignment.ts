import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readHistory } from '../../src/history/reader.ts';
import type { Failed, HistoryRecord, Invoke, Note, Ok } from '../../src/history/record.ts';
import { monotonicNs } from '../../src/kernel/clock.ts';
import { BASELINE, type StrategyAxes } from '../../src/strategy/axes.ts';
import { historyPathOf, type Assignment, type Workload } from '../../src/worker/assignment.ts';

/** What a test wants of a worker; the rest is a short, quick assignment without hazards. */
export interface Wishes extends Partial<Omit<Assignment, 'axes' | 'workload'>> {
  axes?: Partial<StrategyAxes>;
  workload?: Partial<Workload>;
}

/** An assignment whose board and histories lie in a folder. */
export function assignmentIn(folder: string, { axes, workload, ...wishes }: Wishes = {}): Assignment {
  const historyDirectory = join(folder, 'history');
  mkdirSync(historyDirectory, { recursive: true });
  return {
    worker: 'w1.0',
    threads: 1,
    databasePath: join(folder, 'board.db'),
    historyDirectory,
    epochNs: String(monotonicNs()),
    startAtNs: 0,
    stopAtNs: 60e9,
    seed: 'seed',
    axes: { ...BASELINE, firstOpen: 'immediate', connection: 'process', busyTimeoutMs: 10_000, ...axes },
    workload: {
      mix: { create: 3, claim: 4, heartbeat: 4, complete: 2, reclaim: 1 },
      loop: { type: 'closed' },
      operations: 40,
      retry: 'none',
      ...workload,
    },
    claimTtlMs: 60_000,
    reclaim: 'dead-holders',
    checkpointEveryMs: 1000,
    first: true,
    hazards: [],
    lockAuditEvery: 0,
    ...wishes,
  };
}

/** A mix of one kind of operation. */
export function only(kind: keyof Workload['mix']): Workload['mix'] {
  return { create: 0, claim: 0, heartbeat: 0, complete: 0, reclaim: 0, [kind]: 1 };
}

/** What a worker wrote down, by the type of the record. */
export class WorkerStory {
  readonly records: HistoryRecord[];

  constructor(assignment: Assignment, worker = assignment.worker) {
    this.records = [...readHistory(historyPathOf(assignment.historyDirectory, worker))];
  }

  get invokes(): Invoke[] {
    return this.records.filter((record) => record.type === 'invoke');
  }

  /** Board operations that were begun: all but opening it. */
  get operations(): Invoke[] {
    return this.invokes.filter(({ kind }) => kind !== 'open');
  }

  get oks(): Ok[] {
    return this.records.filter((record) => record.type === 'ok');
  }

  get failures(): Failed[] {
    return this.records.filter((record): record is Failed => record.type === 'fail' || record.type === 'info');
  }

  notes(name: string): Note[] {
    return this.records.filter((record) => record.type === 'note').filter((note) => note.name === name);
  }
}
