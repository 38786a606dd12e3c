import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHistory } from '../history/reader.ts';
import { monotonicNs } from '../kernel/clock.ts';
import type { Cell } from '../scenario/plan.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { WorkerProcess } from '../trial/worker-process.ts';
import { historyPathOf, type Assignment } from '../worker/assignment.ts';
import type { Request } from '../worker/request.ts';
import { assignmentIn, cellOf } from './assignment.ts';
import { startBare, type BareProcess } from './bare/bare-process.ts';
import { BareBoard } from './bare/board.ts';
import { openBare, type BareJob } from './bare/job.ts';
import { assertSameBeginning, assertSameStatements, requestSourceOf, serveNext } from './bare/same-statements.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { rateIn, takeSlices, type SlicePair } from './slices.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const TURNS = { pairs: 24, sliceMs: 400 };
/** Pairs that are left out in the beginning: both sides start with cold code. */
const WARM_UP_PAIRS = 3;
/** Both end by themselves so long after the last turn at the latest. */
const MARGIN_MS = 2000;
/** A comparison of fewer pairs says nothing. */
const PAIRS_MIN = 8;
const COMPARED_REQUESTS = 2000;
/** How long the bare loop is tried to find out how many requests it will need, and how many times as many it gets. */
const TRIAL_MS = 500;
const SPARE_REQUESTS = 3;

const MODES: { name: string; pragmas: StrategyAxes['pragmas'] }[] = [
  { name: 'synchronous=NORMAL', pragmas: 'v1' },
  { name: 'synchronous=FULL', pragmas: 'full-1000' },
];

/**
 * What a worker loses to being watched: acknowledged operations per second of one worker process under the harness, over
 * those of a bare loop of better-sqlite3 in a process of its own.
 *
 * What makes the two comparable: both serve the same requests (the default operation mix) on a copy of the same board,
 * with the same pragmas and one lasting connection. That they send SQLite the same statements with the same arguments in
 * the same transactions is checked statement by statement before, and that they left the same events behind is checked
 * after. They work in short turns, and one is stopped while the other works.
 *
 * The bare loop gets its requests ready-made: what choosing them costs the harness's worker is counted against the
 * harness, like its history, its stamps, its steps and its look at its locks every 64 transactions. Starting and opening
 * are left out on both sides, and so is the time in which the code gets warm.
 */
export const overhead: Benchmark = {
  name: 'overhead',
  summary: 'operations per second of one worker under the harness ÷ those of a bare better-sqlite3 loop',
  async run(stage) {
    const measures: Measure[] = [];
    for (const mode of MODES) measures.push(...(await compare(mode, stage)));
    return measures;
  },
};

async function compare({ name, pragmas }: (typeof MODES)[number], stage: Stage): Promise<Measure[]> {
  const cell = cellOf({ pragmas, connection: 'process' });
  await compareStatements(cell, stage);
  const requestsPath = await record(cell, stage);
  const pairs = await race(cell, requestsPath, stage);
  const [harness, bare] = [pairs.map((pair) => pair.harness), pairs.map((pair) => pair.bare)];
  return [
    { name: `${name}: harness ÷ bare`, unit: 'ratio', target: '≥ 0.95', samples: ratios(harness, bare) },
    { name: `${name}: harness`, unit: 'operations/s', samples: harness },
    { name: `${name}: bare`, unit: 'operations/s', samples: bare },
  ];
}

async function compareStatements(cell: Cell, stage: Stage): Promise<void> {
  const [worker, bare] = [await layBoard(cell, stage), await layBoard(cell, stage)];
  assertSameStatements(assignmentIn(worker, cell, null), assignmentIn(bare, cell, null), COMPARED_REQUESTS);
  for (const directory of [worker, bare]) rmSync(directory, { recursive: true });
}

async function layBoard(cell: Cell, stage: Stage): Promise<string> {
  const directory = stage.folder('board');
  await stage.equipment.templates.layInto(directory, cell);
  return directory;
}

/** Lets the bare loop choose for itself once, and writes down what it chose. @returns the path of the list. */
async function record(cell: Cell, stage: Stage): Promise<string> {
  const directory = await layBoard(cell, stage);
  const assignment = assignmentIn(directory, cell, null);
  const connection = openBare(assignment.databasePath, cell.strategy.axes);
  const board = new BareBoard(connection, cell.board.claimTtlMs);
  const source = requestSourceOf(assignment);
  const requests: Request[] = [];
  const endMs = performance.now() + TRIAL_MS;
  while (performance.now() < endMs) requests.push(serveNext(board, source).request);
  const needed = (requests.length * TURNS.pairs * TURNS.sliceMs * SPARE_REQUESTS) / TRIAL_MS;
  // From here on only the answers count.
  connection.pragma('synchronous = OFF');
  while (requests.length < needed) requests.push(serveNext(board, source).request);
  connection.close();
  rmSync(directory, { recursive: true });
  const path = join(stage.folder('requests'), 'requests.json');
  writeFileSync(path, JSON.stringify(requests));
  return path;
}

interface Rates {
  harness: number;
  bare: number;
}

/** Operations per second, pair by pair. */
async function race(cell: Cell, requestsPath: string, stage: Stage): Promise<Rates[]> {
  const [workerBoard, bareBoard] = [await layBoard(cell, stage), await layBoard(cell, stage)];
  const stopAtNs = (TURNS.pairs * 2 * TURNS.sliceMs * 1.2 + MARGIN_MS) * 1e6;
  const common = { epochNs: String(monotonicNs()), stopAtNs };
  const assignment: Assignment = { ...assignmentIn(workerBoard, cell, null), ...common };
  const { databasePath, claimTtlMs, axes } = assignmentIn(bareBoard, cell, null);
  const momentsPath = join(bareBoard, 'moments');
  const job: BareJob = { ...common, databasePath, requestsPath, momentsPath, axes, claimTtlMs };
  const rates = await withBoth(assignment, job, stage, async (worker, bare) => {
    const pairs = await takeSlices({ first: worker.pid, second: bare.pid }, TURNS, BigInt(common.epochNs));
    worker.stop();
    await ended(worker);
    const moments = { harness: acknowledgementsIn(assignment), bare: await bare.moments };
    return ratesOf(pairs.slice(WARM_UP_PAIRS), moments);
  });
  assertSameBeginning(assignment.databasePath, databasePath);
  for (const directory of [workerBoard, bareBoard]) rmSync(directory, { recursive: true });
  return rates;
}

/** Runs `body` with a worker and a bare process that have their boards open. Afterwards both are gone. */
async function withBoth<T>(
  assignment: Assignment,
  job: BareJob,
  { context }: Stage,
  body: (worker: WorkerProcess, bare: BareProcess) => Promise<T>,
): Promise<T> {
  const worker = new WorkerProcess(assignment.threads, context.compileCache, context.reaper);
  try {
    await worker.ready;
    const running = new Promise<void>((resolve) => {
      worker.assign(assignment, ({ type }) => type === 'running' && resolve());
    });
    await Promise.race([running, ended(worker)]);
    const bare = await startBare(job, context);
    try {
      return await body(worker, bare);
    } finally {
      await bare.end();
    }
  } finally {
    await worker.end();
  }
}

/** Leaves out pairs in which a side could not work: held up by the disk for all of its turn, or through with its list. */
function ratesOf(pairs: readonly SlicePair[], moments: { harness: number[]; bare: Float64Array }): Rates[] {
  const endNs = Math.min(moments.harness.at(-1) ?? 0, moments.bare.at(-1) ?? 0);
  const rates = pairs
    .filter(({ first, second }) => Math.max(first.endNs, second.endNs) <= endNs)
    .map(({ first, second }) => ({ harness: rateIn(first, moments.harness), bare: rateIn(second, moments.bare) }))
    .filter(({ harness, bare }) => harness > 0 && bare > 0);
  if (rates.length < PAIRS_MIN)
    throw new Error(`only ${rates.length} of ${pairs.length} pairs of turns can be compared`);
  return rates;
}

async function ended(worker: WorkerProcess): Promise<void> {
  const { code, signal, stderr } = await worker.ended;
  if (code !== 0) throw new Error(`the worker ended with ${signal ?? `exit code ${code}`}\n${stderr}`);
}

/** The moments at which the worker was told of success, in nanoseconds since the epoch. */
function acknowledgementsIn({ historyDirectory, worker }: Assignment): number[] {
  const moments: number[] = [];
  for (const record of readHistory(historyPathOf(historyDirectory, worker))) {
    if (record.type === 'ok') moments.push(record.atNs);
  }
  return moments;
}
