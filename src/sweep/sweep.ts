import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFolder } from '../run/output-folder.ts';
import type { TrialEquipment } from '../trial/equipment.ts';
import { TRIAL_FILES, type TrialFacts } from '../trial/facts.ts';
import { Templates } from '../trial/prepare.ts';
import { Reaper } from '../trial/reaper-client.ts';
import type { ChildContext } from '../trial/run-child.ts';
import { runTrial } from '../trial/run-trial.ts';
import { Spares } from '../trial/spares.ts';
import { addTrial, newMeasurement, type CellMeasurement } from './cell-measurement.ts';
import { samplesOf } from './measure/samples.ts';
import { stripOf, type Strip } from './measure/strip.ts';
import { measure, type MeasuredTrial } from './measure/trial-metrics.ts';
import type { Step, SweepPlan } from './sweep-plan.ts';
import { plannedTrialOf, trialCellOf } from './trial-cell.ts';
import type { Reading } from './yardstick/main.ts';
import { Yardstick } from './yardstick/yardstick.ts';

/** Told of what happens, while it happens. */
export interface SweepListener {
  stepStarted(step: Step, index: number): void;
  stepEnded(step: Step): void;
}

/** How a sweep is carried out. */
export interface SweepRunOptions {
  folder: RunFolder;
  /** Aborting stops in order: what is there is evaluated. */
  signal: AbortSignal;
  listener: SweepListener;
  /** Told which SQLite it is before anything is measured. What it throws ends the sweep. */
  onSqlite?: (version: string) => void;
}

/** What a sweep measured. */
export interface SweepResult {
  plan: SweepPlan;
  /** Those with at least one repetition. */
  cells: CellMeasurement[];
  /** Every reading of the yardstick, in order. */
  readings: Reading[];
  sqliteVersion: string;
  startedAt: Date;
  durationMs: number;
  interrupted: boolean;
}

/** Where a writer had let go of the lock before it stood still, the trial is taken again so often. */
const STOP_TRIES = 3;
/** Nobody looks at a trial from outside while it is being timed. */
const NOBODY = { watch() {}, pids() {}, unwatch: () => Promise.resolve() };

interface Stage {
  plan: SweepPlan;
  equipment: TrialEquipment;
  yardstick: Yardstick;
  options: SweepRunOptions;
}

/**
 * Measures every cell of a plan, step by step. When it returns or throws, no process of the sweep is left.
 * @throws what is wrong with the harness or its surroundings.
 */
export async function sweep(plan: SweepPlan, options: SweepRunOptions): Promise<SweepResult> {
  const { folder, signal } = options;
  const startedAt = new Date();
  const compileCache = join(folder.work, 'compile-cache');
  const reaper = new Reaper(compileCache);
  const context: ChildContext = { compileCache, reaper };
  reaper.removeFolder(folder.work);
  reaper.removeIfEmpty(folder.path);
  const spares = new Spares(compileCache, reaper);
  const yardstick = new Yardstick(join(folder.work, 'yardstick.db'), context);
  try {
    const templates = new Templates(join(folder.work, 'templates'), context);
    const sqliteVersion = await templates.probe();
    options.onSqlite?.(sqliteVersion);
    const equipment = { spares, observer: NOBODY, templates, signal, onFault: () => {}, isMeasuring: true };
    const { cells, readings } = await takeSteps({ plan, equipment, yardstick, options });
    const durationMs = Date.now() - startedAt.getTime();
    return { plan, cells, readings, sqliteVersion, startedAt, durationMs, interrupted: signal.aborted };
  } finally {
    await spares.dismiss();
    await yardstick.dismiss();
    rmSync(folder.work, { recursive: true, force: true });
    await reaper.dismiss();
  }
}

async function takeSteps(stage: Stage): Promise<Pick<SweepResult, 'cells' | 'readings'>> {
  const { plan, yardstick, options } = stage;
  const measurements = new Map(plan.cells.map((cell) => [cell.id, newMeasurement(cell)]));
  const readings: Reading[] = [await yardstick.read()];
  for (const [index, step] of plan.steps.entries()) {
    if (options.signal.aborted) break;
    options.listener.stepStarted(step, index);
    const taken = await takeStep(step, index, stage);
    if (!taken) break;
    const [before, after] = [readings.at(-1) as Reading, await yardstick.read()];
    readings.push(after);
    const measurement = measurements.get(step.cell.id) as CellMeasurement;
    addTrial(measurement, step.repetition, taken.trial, between(before, after));
    if (taken.strip) measurement.strip ??= taken.strip;
    if (taken.strip?.stop.inTransaction === false) measurement.missedStops++;
    options.listener.stepEnded(step);
  }
  return { cells: [...measurements.values()].filter(({ repetitions }) => repetitions.length > 0), readings };
}

function between(before: Reading, after: Reading): Reading {
  return {
    writesPerSecond: (before.writesPerSecond + after.writesPerSecond) / 2,
    syncsPerSecond: (before.syncsPerSecond + after.syncsPerSecond) / 2,
  };
}

interface Taken {
  trial: MeasuredTrial;
  strip: Strip | undefined;
}

/** @returns `undefined` if Ctrl-C cut it short: half a trial is none. */
async function takeStep(step: Step, index: number, stage: Stage): Promise<Taken | undefined> {
  for (let attempt = 1; ; attempt++) {
    const taken = await tryStep(step, `step-${index + 1}-${attempt}`, stage);
    const missed = taken?.strip?.stop.inTransaction === false;
    if (!missed || attempt >= STOP_TRIES) return taken;
  }
}

async function tryStep(step: Step, name: string, stage: Stage): Promise<Taken | undefined> {
  const { plan, equipment, options } = stage;
  const directory = join(options.folder.work, name);
  const cell = trialCellOf(step.cell.settings, plan.bench, plan.durationMs);
  let facts: TrialFacts;
  try {
    facts = await runTrial(cell, plannedTrialOf(step, plan.durationMs), directory, equipment);
  } catch (error) {
    if (options.signal.aborted) return undefined;
    throw error;
  }
  if (options.signal.aborted) return undefined;
  refuseCrashes(step, facts);
  const samples = samplesOf(join(directory, TRIAL_FILES.histories));
  rmSync(directory, { recursive: true, force: true });
  const { startNs = 0 } = facts;
  const strike = facts.faults[0];
  const span = { startNs, endNs: startNs + plan.durationMs * 1e6, ...(strike && { strikeNs: strike.atNs }) };
  return {
    trial: measure(samples, span, step.cell.settings),
    strip: strike && stripOf(samples, span, strike),
  };
}

/** Speed of a board that breaks is no speed. */
function refuseCrashes({ cell }: Step, { exits }: TrialFacts): void {
  const crashed = exits.find(({ how }) => how === 'crashed');
  if (!crashed) return;
  const how = crashed.signal ?? `exit code ${crashed.code}`;
  throw new Error(`${cell.id}: worker ${crashed.worker} ended with ${how}\n${crashed.stderr}`);
}
