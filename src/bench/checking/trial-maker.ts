import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Cell } from '../../scenario/plan.ts';
import { InProcessState } from '../../strategy/in-process.ts';
import { TRIAL_FILES, type TrialFacts } from '../../trial/facts.ts';
import { BoardWorker } from '../../worker/board-worker.ts';
import { assignmentIn } from '../assignment.ts';
import { BatchingEngine } from './batching-engine.ts';

/** Operations between two looks at the event loop: a signal wants to be heard. */
const SLICE = 5000;

/**
 * Writes the folder of a trial that went well: real workers do real operations and write real histories, in turns within
 * this process and with few large transactions.
 * @param directory an empty folder. @param operations of all workers together.
 */
export async function makeTrial(directory: string, cell: Cell, operations: number): Promise<void> {
  mkdirSync(join(directory, TRIAL_FILES.histories));
  const engine = new BatchingEngine();
  const names = Array.from({ length: cell.workers.processes }, (_, index) => `w${index + 1}.0`);
  const assignment = assignmentIn(directory, cell, null);
  const workers = names.map((worker) => {
    const inProcess = new InProcessState(InProcessState.allocate());
    return new BoardWorker(worker, { ...assignment, worker, lockAuditEvery: 0 }, engine, inProcess);
  });
  // The first round opens the board.
  for (const worker of workers) worker.runOne();
  for (let done = 0; done < operations; done++) {
    workers[done % workers.length]?.runOne();
    if (done % SLICE === 0) await setImmediate();
  }
  for (const worker of workers) worker.close();
  engine.close();
  writeFileSync(join(directory, TRIAL_FILES.facts), JSON.stringify(factsOf(cell, names, assignment.epochNs)));
}

function factsOf({ trials, ...cell }: Cell, names: readonly string[], epochNs: string): TrialFacts {
  return {
    cell,
    trial: { trial: 1, seed: trials[0]?.seed ?? '' },
    epochNs,
    durationMs: 0,
    faults: [],
    faultsPlanned: 0,
    hasLockTable: true,
    exits: names.map((worker) => ({ worker, pid: process.pid, code: 0, signal: null, how: 'finished', stderr: '' })),
    replacementMs: [],
    interrupted: false,
  };
}
