import { createHash } from 'node:crypto';
import seedrandom from 'seedrandom';
import type { FaultUse, PlannedFault } from '../fault/fault.ts';
import { labelOf, type HazardUse } from '../hazard/hazard.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { axesInEnvironment } from '../strategy/environment.ts';
import { STRATEGIES } from '../strategy/presets/index.ts';
import { ScenarioError } from './define.ts';
import { nearest } from './nearest.ts';
import type { Control, Expectation, Scenario, StrategyReference } from './schema.ts';

/** A strategy with its axes settled: environment variables have had their say. */
export interface PlannedStrategy {
  name: string;
  summary: string;
  source: string;
  axes: StrategyAxes;
}

/** One run of a cell, on a fresh database. */
export interface PlannedTrial {
  /** From 1. */
  trial: number;
  seed: string;
  faults: PlannedFault[];
}

/** One combination of strategy, hazards and faults, with everything that its trials need. */
export interface Cell {
  /** Unique within the scenario: the strategy's name, or the control's. */
  id: string;
  scenario: string;
  /** Known to be bad: shows that the run can see. */
  isControl: boolean;
  strategy: PlannedStrategy;
  engine: 'bundled';
  hazards: HazardUse[];
  faults: FaultUse[];
  expected: Expectation;
  board: Scenario['board'];
  workers: Scenario['workers'];
  workload: Scenario['workload'];
  dispatchers?: NonNullable<Scenario['dispatchers']>;
  durationMs: number;
  trials: PlannedTrial[];
}

/** What a run is going to do, decided before it does anything. */
export interface Plan {
  seed: string;
  /** Twelve hexadecimal digits over everything below: same seed and options, same digest. */
  digest: string;
  cells: Cell[];
}

/** What the command line or a caller may say over a scenario. */
export interface PlanOptions {
  seed: string;
  /** Only these strategies; controls stay, or the run could not show that it sees. */
  strategies?: readonly string[];
  /** Only these cells, controls or not. */
  cells?: readonly string[];
  processes?: number;
  threads?: number;
  durationMs?: number;
  trials?: number;
  /** Environment of the modelled program; a scenario's own comes first. */
  environment?: Record<string, string | undefined>;
}

/** Faults wait until the first operations are under way, in milliseconds. */
const FIRST_FAULT_MS = 60;

/**
 * Expands scenarios into cells and trials. A pure function of its arguments.
 * @throws {ScenarioError} for a strategy or cell that the scenarios do not have.
 */
export function plan(scenarios: readonly Scenario[], options: PlanOptions): Plan {
  const all = scenarios.flatMap((scenario) => cellsOf(scenario, options));
  const cells = select(all, options);
  const digest = createHash('sha256')
    .update(JSON.stringify({ seed: options.seed, cells }))
    .digest('hex')
    .slice(0, 12);
  return { seed: options.seed, digest, cells };
}

function select(cells: readonly Cell[], { strategies, cells: wanted }: PlanOptions): Cell[] {
  if (strategies) refuseUnknown('strategy', strategies, unique(cells.filter((c) => !c.isControl).map((c) => c.id)));
  if (wanted) refuseUnknown('cell', wanted, unique(cells.map((cell) => cell.id)));
  const chosen = cells.filter(
    (cell) =>
      (wanted === undefined || wanted.includes(cell.id)) &&
      (strategies === undefined || cell.isControl || strategies.includes(cell.id)),
  );
  // A run of nothing would pass.
  if (chosen.length === 0) {
    throw new ScenarioError(
      `no cell is left: none of ${wanted?.join(', ')} belongs to ${strategies?.join(', ')}; give one of the two options`,
    );
  }
  return chosen;
}

function refuseUnknown(what: string, wanted: readonly string[], known: readonly string[]): void {
  for (const name of wanted) {
    if (known.includes(name)) continue;
    throw new ScenarioError(`no ${what} is named "${name}"${nearest(name, known)}; there are ${known.join(', ')}`);
  }
}

function cellsOf(scenario: Scenario, options: PlanOptions): Cell[] {
  const references = scenario.strategies === 'all' ? STRATEGIES.map(({ name }) => name) : scenario.strategies;
  const cells = references.map((reference): Cell => {
    const strategy = strategyOf(reference, scenario, options);
    const expected = scenario.expect[strategy.name] ?? scenario.expect['default'] ?? 'safe';
    return cellOf(scenario, strategy, { id: strategy.name, isControl: false, expected }, options);
  });
  const controls = scenario.controls.map((control): Cell => {
    const strategy = strategyOf(control.strategy, scenario, options);
    return cellOf(scenario, strategy, controlFields(control), options);
  });
  return [...cells, ...controls];
}

type CellFields = Pick<Cell, 'id' | 'isControl' | 'expected'> & Partial<Cell>;

function controlFields(control: Control): CellFields {
  return {
    id: control.name,
    isControl: true,
    expected: control.expect,
    hazards: control.hazards,
    ...(control.faults && { faults: control.faults }),
    ...(control.workers && { workers: control.workers }),
    ...(control.durationMs !== undefined && { durationMs: control.durationMs }),
  };
}

function cellOf(scenario: Scenario, strategy: PlannedStrategy, fields: CellFields, options: PlanOptions): Cell {
  const { board, workers, workload, dispatchers, hazards, faults, durationMs } = scenario;
  const cell: Cell = {
    scenario: scenario.name,
    strategy,
    engine: 'bundled',
    hazards,
    faults,
    board,
    workers,
    workload,
    ...(dispatchers && { dispatchers }),
    durationMs,
    ...fields,
    trials: [],
  };
  cell.workers = {
    processes: options.processes ?? cell.workers.processes,
    threads: options.threads ?? cell.workers.threads,
  };
  cell.durationMs = options.durationMs ?? cell.durationMs;
  cell.trials = Array.from({ length: options.trials ?? scenario.trials }, (_, index) =>
    trialOf(cell, options.seed, index + 1),
  );
  return cell;
}

function trialOf(cell: Cell, runSeed: string, trial: number): PlannedTrial {
  const seed = `${runSeed}/${cell.scenario}/${cell.id}/${trial}`;
  const faults = cell.faults
    .flatMap((use, index) => strikes(use, cell.durationMs, seedrandom(`${seed}/fault/${index}`)))
    .toSorted((a, b) => a.atMs - b.atMs);
  return { trial, seed, faults };
}

/** Moments of a Poisson process: independent of each other and of what the workers do. */
function strikes(use: FaultUse, durationMs: number, random: () => number): PlannedFault[] {
  const { fault, aim, durationMs: pauseMs } = use;
  const planned: PlannedFault[] = [];
  const gapMs = (): number => (-Math.log(1 - random()) * 1000) / use.perSecond;
  for (let atMs = FIRST_FAULT_MS + gapMs(); atMs < durationMs; atMs += gapMs()) {
    planned.push({ fault, atMs: Math.round(atMs * 10) / 10, aim, pick: random(), durationMs: pauseMs });
  }
  return planned;
}

function strategyOf(reference: StrategyReference, scenario: Scenario, options: PlanOptions): PlannedStrategy {
  const environment = { ...options.environment, ...scenario.environment };
  if (typeof reference !== 'string') {
    const base = strategyOf(reference.extends, scenario, options);
    const { name, summary, source } = reference;
    return { name, summary, source, axes: { ...base.axes, ...reference.axes } as StrategyAxes };
  }
  const preset = STRATEGIES.find(({ name }) => name === reference);
  if (!preset) throw new ScenarioError(`no strategy is named "${reference}"`);
  const { name, summary, source } = preset;
  return { name, summary, source, axes: axesInEnvironment(preset, environment) };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** How a cell is named for people: its strategy, and what is done to it. */
export function cellLabel(cell: Cell): string {
  const hazards = cell.hazards.map(labelOf);
  return [cell.strategy.name, ...hazards].join(' + ');
}
