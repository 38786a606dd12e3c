import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { faultNamed } from '../fault/index.ts';
import type { FaultRecord, FaultTarget, Victim } from '../fault/fault.ts';
import { monotonicNs, sinceNs } from '../kernel/clock.ts';
import { hasLockTable } from '../kernel/locks.ts';
import type { Cell, PlannedTrial } from '../scenario/plan.ts';
import { WorkerPool } from './worker-pool.ts';
import { TRIAL_FILES, type TrialFacts } from './facts.ts';
import type { TrialEquipment } from './equipment.ts';

/** After the end workers may finish what they are in. They are given up when none has ended for so long, … */
const GRACE_MS = 5000;
/** … or after so long in all. */
const GRACE_MS_MAX = 60_000;
/** Once damage shows, the others go on for so long: long enough for the observer to see what they do. */
const AFTERMATH_MS = 250;
/** How often to look for somebody to strike. */
const POLL_MS = 1;

/**
 * Runs one trial: lays out a fresh board, lets the workers at it, disturbs them as planned, stops them, and writes down
 * what happened. When it returns, every process of the trial is gone and nobody has the database open.
 * @param directory an empty folder of ours.
 * @throws if the harness's own part failed: a worker that could not write its history, an observer that is gone.
 */
export async function runTrial(
  cell: Cell,
  trial: PlannedTrial,
  directory: string,
  equipment: TrialEquipment,
): Promise<TrialFacts> {
  mkdirSync(directory, { recursive: true });
  await equipment.templates.layInto(directory, cell);
  const epochNs = monotonicNs();
  const databasePath = join(directory, TRIAL_FILES.database);
  equipment.observer.watch(databasePath, String(epochNs), join(directory, TRIAL_FILES.observations));
  const pool = new WorkerPool(cell, trial, { directory, databasePath, epochNs, equipment });
  const faults: FaultRecord[] = [];
  try {
    await pool.start();
    const target = targetOf(pool, databasePath, epochNs, (record) => {
      faults.push(record);
      equipment.onFault(record);
    });
    await Promise.race([Promise.all([disturb(trial, pool, target), pool.finished]), pool.decided, pool.timeIsUp]);
    if (pool.isDamaged) await Promise.race([setTimeout(AFTERMATH_MS), pool.finished]);
  } finally {
    await pool.dismiss(GRACE_MS, GRACE_MS_MAX);
    await equipment.observer.unwatch();
  }
  if (pool.failure) throw pool.failure;
  const { trials: _, ...cellFacts } = cell;
  const facts: TrialFacts = {
    cell: cellFacts,
    trial: { trial: trial.trial, seed: trial.seed },
    epochNs: String(epochNs),
    startNs: pool.startNs,
    durationMs: Math.round(pool.workedNs / 1e4) / 100,
    faults,
    faultsPlanned: trial.faults.length,
    exits: pool.exits,
    replacementMs: pool.replacementMs,
    hasLockTable: hasLockTable(),
    interrupted: equipment.signal.aborted,
  };
  writeFileSync(join(directory, TRIAL_FILES.facts), JSON.stringify(facts));
  return facts;
}

/** Strikes at the planned moments. Late is better than never: a strike whose time has come while another was under way follows at once. */
async function disturb(trial: PlannedTrial, pool: WorkerPool, target: FaultTarget): Promise<void> {
  const underWay: Promise<void>[] = [];
  for (const planned of trial.faults) {
    const waitMs = planned.atMs - (target.nowNs() - pool.startNs) / 1e6;
    // Not kept alive by a strike that will not be: Ctrl-C may end the run long before it.
    if (waitMs > 0) await Promise.race([setTimeout(waitMs, undefined, { ref: false }), pool.decided]);
    if (pool.victims().length === 0) await somebodyHasTheBoardOpen(pool);
    if (!pool.isWorking) break;
    underWay.push(faultNamed(planned.fault).strike(planned, target));
  }
  await Promise.all(underWay);
}

/** A strike that finds all being replaced waits for the first who is through. */
async function somebodyHasTheBoardOpen(pool: WorkerPool): Promise<void> {
  while (pool.isWorking && !pool.hasBoardOpen) await setTimeout(POLL_MS);
}

function targetOf(
  pool: WorkerPool,
  databasePath: string,
  epochNs: bigint,
  record: (record: FaultRecord) => void,
): FaultTarget {
  return {
    databasePath,
    victims: (): Victim[] => pool.victims(),
    nowNs: () => sinceNs(epochNs),
    record,
    killed: (victim) => pool.expectKill(victim),
    paused: (victim) => pool.setPaused(victim),
  };
}
