import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { refusalCodes } from '../../board/refused.ts';
import { readHistory } from '../../history/reader.ts';
import type { BoardOperation, HistoryRecord, Invoke } from '../../history/record.ts';
import type { Phases } from '../../strategy/transaction-times.ts';

/** One operation as its caller saw it. Times in nanoseconds since the trial's epoch. */
export interface Sample {
  worker: string;
  kind: BoardOperation;
  /** When it was meant to start; in a closed loop, when it did. */
  dueNs: number;
  startNs: number;
  endNs: number;
  /** `refused`: the board said no although SQLite did not, as when a claim was lost. `unfinished`: it never came back. */
  outcome: 'ok' | 'failed' | 'refused' | 'unfinished';
  /** Code of a failure; empty otherwise. */
  code: string;
  phases: Phases;
}

/** The worker that fills the board before a trial. */
const SETUP = 'setup.history';
const SUFFIX = '.history';
const NO_PHASES: Phases = { waitNs: 0, workNs: 0, commitNs: 0, transactions: 0, retries: 0, lastNs: 0 };

/**
 * The board operations of a trial's workers, worker by worker, each in the order in which they were done.
 * @param histories the folder of the histories; every process of the trial is gone.
 */
export function samplesOf(histories: string): Map<string, Sample[]> {
  const files = readdirSync(histories).filter((file) => file.endsWith(SUFFIX) && file !== SETUP);
  return new Map(
    files.toSorted().map((file) => {
      const worker = file.slice(0, -SUFFIX.length);
      return [worker, [...samplesIn(worker, readHistory(join(histories, file)))]];
    }),
  );
}

/** The operations in one history. Opening the board is none. */
export function* samplesIn(worker: string, records: Iterable<HistoryRecord>): Generator<Sample, void, undefined> {
  let invoke: Invoke | undefined;
  let phases = NO_PHASES;
  for (const record of records) {
    if (record.type === 'invoke') {
      invoke = record;
      phases = NO_PHASES;
    } else if (record.type === 'note') {
      if (record.name === 'phases') phases = phasesOf(record.data as number[]);
    } else if (record.type !== 'header' && invoke) {
      const { kind, atNs: startNs } = invoke;
      invoke = undefined;
      if (kind === 'open') continue;
      const code = record.type === 'ok' ? '' : record.code;
      const outcome = record.type === 'ok' ? 'ok' : refusalCodes.has(code) ? 'refused' : 'failed';
      // The latency counts from when it was due: a closed loop is due when it starts.
      const dueNs = record.atNs - record.latencyNs;
      yield { worker, kind, dueNs, startNs, endNs: record.atNs, outcome, code, phases };
    }
  }
  if (!invoke || invoke.kind === 'open') return;
  const { kind } = invoke;
  const times = { dueNs: invoke.atNs, startNs: invoke.atNs, endNs: Infinity };
  yield { worker, kind, ...times, outcome: 'unfinished', code: '', phases: NO_PHASES };
}

function phasesOf([waitNs = 0, workNs = 0, commitNs = 0, transactions = 0, retries = 0, lastNs = 0]: number[]): Phases {
  return { waitNs, workNs, commitNs, transactions, retries, lastNs };
}
