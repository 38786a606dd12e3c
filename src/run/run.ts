import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from '../check/inspect.ts';
import type { FaultRecord } from '../fault/fault.ts';
import type { Cell, Plan, PlannedTrial } from '../scenario/plan.ts';
import { refuseFullDisk } from '../trial/disk-full.ts';
import { Observer } from '../trial/observer-client.ts';
import { TRIAL_FILES } from '../trial/facts.ts';
import { Templates } from '../trial/prepare.ts';
import { Reaper } from '../trial/reaper-client.ts';
import type { ChildContext } from '../trial/run-child.ts';
import { runTrial } from '../trial/run-trial.ts';
import { Spares } from '../trial/spares.ts';
import type { TrialEquipment } from '../trial/equipment.ts';
import { judge, type CellResult, type JudgedTrial } from '../verdict/cell-result.ts';
import { keepTimeline } from './keep-timeline.ts';
import type { RunFolder } from './output-folder.ts';

/** Told of what happens, while it happens. */
export interface RunListener {
  cellStarted(cell: Cell): void;
  trialStarted(cell: Cell, trial: PlannedTrial): void;
  faultStruck(record: FaultRecord): void;
  trialJudged(cell: Cell, judged: JudgedTrial): void;
  cellJudged(result: CellResult): void;
}

/** How a plan is carried out. */
export interface RunOptions {
  folder: RunFolder;
  /** Keep the files of every trial, not only of those that failed. */
  keep: boolean;
  /** Stop after the first cell whose expectation is violated. */
  bail: boolean;
  /** Aborting stops in order: what is there is judged. */
  signal: AbortSignal;
  listener: RunListener;
}

/** What came out of a plan. */
export interface RunResult {
  plan: Plan;
  cells: CellResult[];
  sqliteVersion: string;
  startedAt: Date;
  durationMs: number;
  interrupted: boolean;
  /** Why the harness itself failed before the plan was through; the cells before that are judged. */
  failure: Error | undefined;
}

/**
 * Carries a plan out, trial by trial. When it returns or throws, no process of the run is left.
 * @throws what is wrong with the harness or its surroundings; never because of what a board did.
 */
export async function run(plan: Plan, options: RunOptions): Promise<RunResult> {
  const { folder } = options;
  const compileCache = join(folder.work, 'compile-cache');
  const reaper = new Reaper(compileCache);
  try {
    reaper.removeFolder(folder.work);
    reaper.removeFolder(folder.timelines);
    reaper.removeIfEmpty(folder.trials);
    reaper.removeIfEmpty(folder.path);
    return await runIn({ compileCache, reaper }, plan, options);
  } finally {
    rmSync(folder.work, { recursive: true, force: true });
    await reaper.dismiss();
  }
}

async function runIn(context: ChildContext, plan: Plan, options: RunOptions): Promise<RunResult> {
  const startedAt = new Date();
  const { folder, signal } = options;
  const { compileCache, reaper } = context;
  const templates = new Templates(join(folder.work, 'templates'), context);
  const spares = new Spares(compileCache, reaper);
  const observer = new Observer(compileCache, reaper);
  const equipment: TrialEquipment = {
    spares,
    observer,
    templates,
    signal,
    onFault: (record) => options.listener.faultStruck(record),
  };
  const cells: CellResult[] = [];
  try {
    const sqliteVersion = await templates.probe().catch((error: unknown) => {
      if (!signal.aborted) throw error;
      return 'unknown';
    });
    const failure = await runCells(plan, cells, { ...options, equipment, context });
    const durationMs = Date.now() - startedAt.getTime();
    return { plan, cells, sqliteVersion, startedAt, durationMs, interrupted: signal.aborted, failure };
  } finally {
    await spares.dismiss();
    await observer.dismiss();
  }
}

/** @returns what went wrong with the harness in a later cell: what was judged before still stands. */
async function runCells(plan: Plan, cells: CellResult[], options: CellOptions): Promise<Error | undefined> {
  for (const cell of plan.cells) {
    try {
      const result = await runCell(cell, options);
      cells.push(result);
      if (options.signal.aborted || (options.bail && result.outcome === 'violated')) return undefined;
    } catch (error) {
      // A disk that is full has no room for results either.
      const isDiskFull = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      if (cells.length === 0 || isDiskFull || !(error instanceof Error)) throw error;
      return error;
    }
  }
  return undefined;
}

type CellOptions = RunOptions & { equipment: TrialEquipment; context: ChildContext };

async function runCell(cell: Cell, options: CellOptions): Promise<CellResult> {
  const { listener, signal } = options;
  listener.cellStarted(cell);
  const judged: JudgedTrial[] = [];
  for (const trial of cell.trials) {
    listener.trialStarted(cell, trial);
    try {
      const outcome = await runAndInspect(cell, trial, options);
      judged.push(outcome);
      listener.trialJudged(cell, outcome);
    } catch (error) {
      // Ctrl-C on a terminal also hits a child that is just being born and has no process group of its own yet.
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) break;
  }
  const result = judge(cell, judged);
  listener.cellJudged(result);
  return result;
}

async function runAndInspect(cell: Cell, trial: PlannedTrial, options: CellOptions): Promise<JudgedTrial> {
  const { folder, equipment, context } = options;
  const name = trialFolderName(cell, trial.trial);
  const directory = join(folder.work, name);
  const facts = await runTrial(cell, trial, directory, equipment);
  equipment.spares.prepare(cell.workers.threads, cell.workers.processes);
  const report = await inspect(directory, context);
  refuseFullDisk(...Object.keys(report.failures), ...report.findings.map(({ message }) => message));
  const failed = report.findings.some(({ severity }) => severity === 'violation');
  keepTimeline(
    join(directory, TRIAL_FILES.timeline),
    join(folder.timelines, `${name}.json`),
    failed || trial.trial <= PASSED_MAX,
  );
  if (failed || options.keep) keepFiles(directory, folder, name);
  else rmSync(directory, { recursive: true, force: true });
  return { facts, report };
}

function keepFiles(directory: string, folder: RunFolder, name: string): void {
  mkdirSync(folder.trials, { recursive: true });
  renameSync(directory, join(folder.trials, name));
}

/** Of each cell, so many trials keep their timeline though nothing failed. */
const PASSED_MAX = 3;

/** Name of a trial's folder below `trials`. */
export function trialFolderName(cell: Cell, trial: number): string {
  return `${cell.scenario}-${cell.id}-${trial}`;
}
