import { join } from 'node:path';
import Database from 'better-sqlite3';
import seedrandom from 'seedrandom';
import { EventChain } from '../board/event-chain.ts';
import { currentRun } from '../board/operation/current-run.ts';
import { bundled } from '../engine/bundled.ts';
import { HistoryWriter } from '../history/writer.ts';
import type { Cell } from '../scenario/plan.ts';
import { runFreely } from '../step/run-freely.ts';
import type { Steps } from '../step/step.ts';
import { InProcessState } from '../strategy/in-process.ts';
import { Session } from '../strategy/session.ts';
import { hooksFor } from '../worker/hooks.ts';
import { auditOwnLocks } from '../worker/lock-audit.ts';
import { assignmentIn, cellOf } from './assignment.ts';
import { openBare } from './bare/job.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { inBatches, inTurns, type Side } from './in-turns.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const TURNS = { rounds: 9, turnMs: 200 };
const BATCH = 100;
const TASK = 'tsetup-1';
const SELECT = 'SELECT current_run_id AS run FROM tasks WHERE id = ?';
const UPDATE = 'UPDATE tasks SET last_heartbeat_at = ? WHERE id = ?';

/**
 * What each part of the harness costs by itself, beside a bare statement and a bare transaction. All in one process, with
 * warm code and nothing else in the processor's caches: within a worker, the same parts cost two to three times as much.
 */
export const historyWrite: Benchmark = {
  name: 'history-write',
  summary: 'what one history write, lock audit, event stamp and step cost, beside the statement that they accompany',
  async run(stage) {
    const parts = await partsOf(stage);
    try {
      return measuresOf(await inTurns(parts.sides, TURNS));
    } finally {
      parts.close();
    }
  },
};

type Part = 'history' | 'stamp' | 'audit' | 'steppedRead' | 'bareRead' | 'steppedWrite' | 'bareWrite';

async function partsOf(stage: Stage): Promise<{ sides: Record<Part, Side>; close: () => void }> {
  const cell = cellOf({ pragmas: 'v1', connection: 'process' });
  const history = historySide(stage.folder('history'));
  const chain = new EventChain('w1.0');
  const stamp = (): void => {
    chain.stamp('heartbeat', TASK);
    chain.committed();
  };
  const audit = auditSide(await boardFor(cell, stage));
  const stepped = steppedSides(await boardFor(cell, stage), cell);
  const bare = bareSides(await boardFor(cell, stage), cell);
  return {
    sides: {
      history: inBatches(BATCH, history.run),
      stamp: inBatches(BATCH, stamp),
      audit: inBatches(BATCH, audit.run),
      steppedRead: inBatches(BATCH, stepped.read),
      bareRead: inBatches(BATCH, bare.read),
      steppedWrite: inBatches(BATCH, stepped.write),
      bareWrite: inBatches(BATCH, bare.write),
    },
    close: () => {
      for (const part of [history, audit, stepped, bare]) part.close();
    },
  };
}

function measuresOf(ms: Record<Part, number[]>): Measure[] {
  const us = (name: string, values: number[]): Measure => ({
    name,
    unit: 'µs',
    samples: values.map((value) => value * 1e3),
  });
  const ratio = (name: string, dividend: number[], divisor: number[]): Measure => ({
    name,
    unit: 'ratio',
    samples: ratios(dividend, divisor),
  });
  return [
    us('history: outcome held, written with the next intent', ms.history),
    ratio('history write ÷ bare transaction', ms.history, ms.bareWrite),
    us('stamp of one event', ms.stamp),
    ratio('stamp ÷ bare transaction', ms.stamp, ms.bareWrite),
    us('lock audit', ms.audit),
    ratio(
      'lock audit, every 64th ÷ bare transaction',
      ms.audit.map((value) => value / 64),
      ms.bareWrite,
    ),
    us('read of one row as a step', ms.steppedRead),
    us('read of one row, bare', ms.bareRead),
    ratio('read: step ÷ bare', ms.steppedRead, ms.bareRead),
    us('transaction of one update as steps', ms.steppedWrite),
    us('transaction of one update, bare', ms.bareWrite),
    ratio('transaction: steps ÷ bare', ms.steppedWrite, ms.bareWrite),
  ];
}

async function boardFor(cell: Cell, stage: Stage): Promise<string> {
  const directory = stage.folder('board');
  await stage.equipment.templates.layInto(directory, cell);
  return directory;
}

function historySide(directory: string): { run: () => void; close: () => void } {
  const history = new HistoryWriter(join(directory, 'w1.0.history'));
  let operation = 1;
  const run = (): void => {
    const atNs = 1_234_567_890 + operation;
    history.hold({ type: 'ok', operation, atNs, latencyNs: 45_678, event: operation, task: TASK });
    history.write({ type: 'invoke', operation: ++operation, kind: 'heartbeat', event: operation, atNs, request: TASK });
  };
  return { run, close: () => history.close() };
}

/** The audit looks from inside a write transaction. */
function auditSide(directory: string): { run: () => void; close: () => void } {
  const { axes } = cellOf({ pragmas: 'v1' }).strategy;
  const path = join(directory, 'board.db');
  const connection = new Database(path);
  connection.exec('BEGIN IMMEDIATE; UPDATE tasks SET last_heartbeat_at = 1');
  const run = (): void => {
    const audit = auditOwnLocks(path, axes);
    if (audit && audit.missing.length > 0) throw new Error(`the audit misses ${audit.missing.join(' and ')}`);
  };
  return { run, close: () => connection.close() };
}

interface ReadAndWrite {
  read: () => void;
  write: () => void;
  close: () => void;
}

function steppedSides(directory: string, cell: Cell): ReadAndWrite {
  const assignment = assignmentIn(directory, cell, null);
  const random = seedrandom('history-write');
  const session = new Session({
    databasePath: assignment.databasePath,
    axes: assignment.axes,
    engine: bundled,
    worker: assignment.worker,
    claimTtlMs: assignment.claimTtlMs,
    reclaim: assignment.reclaim,
    inProcess: new InProcessState(InProcessState.allocate()),
    random,
    hooks: hooksFor({ ...assignment, lockAuditEvery: 0 }, random, () => {}),
  });
  runFreely(session.open());
  return {
    read: () => void runFreely(currentRun(session, TASK)),
    write: () => runFreely(session.write(() => touch(session))),
    close: () => runFreely(session.close()),
  };
}

/** Another value every time: SQLite writes nothing where a row would stay as it is. */
let beats = 0;

function* touch(session: Session): Steps<void> {
  yield session.run(UPDATE, ++beats, TASK);
}

function bareSides(directory: string, cell: Cell): ReadAndWrite {
  const connection = openBare(join(directory, 'board.db'), cell.strategy.axes);
  const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')];
  const [select, update] = [connection.prepare<[string], { run: number | null }>(SELECT), connection.prepare(UPDATE)];
  return {
    read: () => void (select.get(TASK)?.run ?? null),
    write: () => {
      begin.run();
      update.run(++beats, TASK);
      commit.run();
    },
    close: () => connection.close(),
  };
}
