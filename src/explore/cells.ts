import { nearest } from '../scenario/nearest.ts';
import { ScenarioError } from '../scenario/define.ts';
import type { Exploration, ExploredStrategy, Expectation, Situation } from '../scenario/exploration.ts';
import { BASELINE, type StrategyAxes } from '../strategy/axes.ts';
import { STRATEGIES } from '../strategy/presets/index.ts';

/** One strategy in one situation. */
export interface ExplorationCell {
  strategy: string;
  axes: StrategyAxes;
  situation: Situation;
  expected: Expectation;
}

/** Which cells are wanted; all that are left out. */
export interface CellChoice {
  strategies?: readonly string[];
  situations?: readonly string[];
}

/**
 * The cells of an exploration, strategy by strategy.
 * @throws {ScenarioError} for a strategy or situation that is not one of its own.
 */
export function cellsOf(exploration: Exploration, choice: CellChoice = {}): ExplorationCell[] {
  const strategies = exploration.strategies.map(resolve);
  refuseUnknown(
    'strategy',
    choice.strategies,
    strategies.map(({ name }) => name),
  );
  refuseUnknown(
    'situation',
    choice.situations,
    exploration.situations.map(({ name }) => name),
  );
  return strategies.flatMap(({ name, axes }) =>
    exploration.situations.flatMap((situation): ExplorationCell[] => {
      const expected = expectationOf(exploration, name, situation.name);
      const isWanted =
        (choice.strategies?.includes(name) ?? true) && (choice.situations?.includes(situation.name) ?? true);
      return expected === 'skip' || !isWanted ? [] : [{ strategy: name, axes, situation, expected }];
    }),
  );
}

function resolve(strategy: ExploredStrategy): { name: string; axes: StrategyAxes } {
  if (typeof strategy === 'string') return { name: strategy, axes: presetNamed(strategy) };
  const base = strategy.extends === undefined ? BASELINE : presetNamed(strategy.extends);
  return { name: strategy.name, axes: { ...base, ...strategy.axes } };
}

function presetNamed(name: string): StrategyAxes {
  const preset = STRATEGIES.find((candidate) => candidate.name === name);
  if (preset) return preset.axes;
  const known = STRATEGIES.map((candidate) => candidate.name);
  throw new ScenarioError(`no strategy is named "${name}"${nearest(name, known)}`);
}

function expectationOf({ expect }: Exploration, strategy: string, situation: string): Expectation | 'skip' {
  const own = expect[strategy] ?? expect['default'] ?? 'safe';
  if (typeof own === 'string') return own;
  return own[situation] ?? own['default'] ?? 'safe';
}

function refuseUnknown(what: string, wanted: readonly string[] | undefined, known: readonly string[]): void {
  for (const name of wanted ?? []) {
    if (known.includes(name)) continue;
    throw new ScenarioError(
      `no ${what} of this exploration is named "${name}"${nearest(name, known)}; it has ${known.join(', ')}`,
    );
  }
}
