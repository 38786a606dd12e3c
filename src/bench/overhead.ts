import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHistory } from '../history/reader.ts';
import { sourceUrl } from '../kernel/source-url.ts';
import type { Cell } from '../scenario/plan.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { runChild } from '../trial/run-child.ts';
import { WorkerProcess } from '../trial/worker-process.ts';
import { historyPathOf } from '../worker/assignment.ts';
import type { Request } from '../worker/request.ts';
import { assignmentIn, cellOf } from './assignment.ts';
import { BareBoard } from './bare/board.ts';
import { openBare, type BareJob, type BareResult } from './bare/job.ts';
import { assertSameStatements, contentsOf, requestSourceOf, serveNext } from './bare/same-statements.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { inTurns } from './in-turns.ts';
import { ratios } from './statistics.ts';
import type { Stage } from './stage.ts';

const BARE_ENTRY = fileURLToPath(sourceUrl('./bare/main', import.meta.url));
const ROUNDS = 9;
/** How long one turn of the bare loop takes. */
const TURN_MS = 1500;
/** Share of the requests that goes before the clock starts: both sides begin with cold code. */
const WARM_UP_SHARE = 0.1;
const COMPARED_REQUESTS = 2000;

const MODES: { name: string; pragmas: StrategyAxes['pragmas'] }[] = [
  { name: 'synchronous=NORMAL', pragmas: 'v1' },
  { name: 'synchronous=FULL', pragmas: 'full-1000' },
];

/**
 * What a worker loses to being watched: acknowledged operations per second of one worker process under the harness, over
 * those of a bare loop of better-sqlite3 in a process of its own.
 *
 * What makes the two comparable: both serve the same list of requests (the default operation mix) on a copy of the same
 * board, with the same pragmas and one connection. That they send SQLite the same statements with the same arguments in
 * the same transactions is checked statement by statement before, and that they leave the same rows behind after every
 * turn. The bare loop gets its requests ready-made: what choosing them costs the harness's worker is counted against the
 * harness, like its history, its stamps, its steps and its look at the lock table every 64 transactions. Starting,
 * opening and the first tenth of the requests are left out on both sides.
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

/** A list of requests, and how many operations follow the warm-up. */
interface Script {
  cell: Cell;
  requestsPath: string;
  requests: number;
  warmUp: number;
}

async function compare({ name, pragmas }: (typeof MODES)[number], stage: Stage): Promise<Measure[]> {
  const cell = cellOf({ pragmas, connection: 'process' });
  await compareStatements(cell, stage);
  const script = await record(cell, stage);
  const granted = { harness: 0, bare: 0 };
  const contents = { harness: '', bare: '' };
  const turn = (side: 'harness' | 'bare', measure: typeof harnessTurn) => async () => {
    const directory = await layBoard(cell, stage);
    const { elapsedMs, acknowledged } = await measure(directory, script, stage);
    granted[side] = acknowledged;
    contents[side] = contentsOf(join(directory, 'board.db'));
    rmSync(directory, { recursive: true });
    if (contents.harness !== '' && contents.bare !== '' && contents.harness !== contents.bare) {
      throw new Error('the harness and the bare loop were given the same work and left different boards');
    }
    return { overriddenDuration: elapsedMs };
  };
  const sides = { harness: turn('harness', harnessTurn), bare: turn('bare', bareTurn) };
  const { harness, bare } = await inTurns(sides, { rounds: ROUNDS, turnMs: 0 });
  const rate = (count: number) => (elapsedMs: number) => (count * 1000) / elapsedMs;
  return [
    { name: `${name}: harness ÷ bare`, unit: 'ratio', target: '≥ 0.95', samples: ratios(bare, harness) },
    { name: `${name}: harness`, unit: 'operations/s', samples: harness.map(rate(granted.harness)) },
    { name: `${name}: bare`, unit: 'operations/s', samples: bare.map(rate(granted.bare)) },
  ];
}

async function layBoard(cell: Cell, stage: Stage): Promise<string> {
  const directory = stage.folder('board');
  await stage.equipment.templates.layInto(directory, cell);
  return directory;
}

async function compareStatements(cell: Cell, stage: Stage): Promise<void> {
  const [worker, bare] = [await layBoard(cell, stage), await layBoard(cell, stage)];
  assertSameStatements(assignmentIn(worker, cell, null), assignmentIn(bare, cell, null), COMPARED_REQUESTS);
  for (const directory of [worker, bare]) rmSync(directory, { recursive: true });
}

/** Lets the bare loop choose for itself once, for as long as a turn is to take. */
async function record(cell: Cell, stage: Stage): Promise<Script> {
  const directory = await layBoard(cell, stage);
  const assignment = assignmentIn(directory, cell, null);
  const connection = openBare(assignment.databasePath, cell.strategy.axes);
  const board = new BareBoard(connection, cell.board.claimTtlMs);
  const source = requestSourceOf(assignment);
  const requests: Request[] = [];
  const endMs = performance.now() + TURN_MS;
  while (performance.now() < endMs) requests.push(serveNext(board, source).request);
  connection.close();
  rmSync(directory, { recursive: true });
  const requestsPath = join(stage.folder('requests'), 'requests.json');
  writeFileSync(requestsPath, JSON.stringify(requests));
  return { cell, requestsPath, requests: requests.length, warmUp: Math.floor(requests.length * WARM_UP_SHARE) };
}

async function bareTurn(directory: string, script: Script, stage: Stage): Promise<BareResult> {
  const { requestsPath, warmUp, cell } = script;
  const { databasePath } = assignmentIn(directory, cell, null);
  const { claimTtlMs } = cell.board;
  const job: BareJob = { databasePath, requestsPath, warmUp, axes: cell.strategy.axes, claimTtlMs };
  const { exitCode, stdout, stderr } = await runChild(BARE_ENTRY, JSON.stringify(job), stage.context);
  if (exitCode !== 0) throw new Error(`the bare process ended with exit code ${exitCode}\n${stderr}`);
  return JSON.parse(stdout) as BareResult;
}

async function harnessTurn(directory: string, script: Script, stage: Stage): Promise<BareResult> {
  const { compileCache, reaper } = stage.context;
  const worker = new WorkerProcess(1, compileCache, reaper);
  await worker.ready;
  const assignment = assignmentIn(directory, script.cell, script.requests);
  worker.assign(assignment, () => {});
  const { code, signal, stderr } = await worker.ended;
  if (code !== 0) throw new Error(`the worker ended with ${signal ?? `exit code ${code}`}\n${stderr}`);
  return elapsedIn(historyPathOf(assignment.historyDirectory, assignment.worker), script);
}

/** The time from the outcome of the last request of the warm-up to that of the last one of all. */
function elapsedIn(historyPath: string, { warmUp, requests }: Script): BareResult {
  // Operation 1 is the opening of the board.
  const [first, last] = [warmUp + 1, requests + 1];
  let [startNs, endNs, acknowledged] = [0, 0, 0];
  for (const record of readHistory(historyPath)) {
    if (record.type !== 'ok' && record.type !== 'fail' && record.type !== 'info') continue;
    if (record.operation === first) startNs = record.atNs;
    if (record.operation > first && record.type === 'ok') acknowledged++;
    if (record.operation === last) endNs = record.atNs;
  }
  if (endNs === 0) throw new Error(`the worker did not serve all of its ${requests} requests`);
  return { elapsedMs: (endNs - startNs) / 1e6, acknowledged };
}
