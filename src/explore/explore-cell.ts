import type { SchedulerName } from './scheduler-names.ts';
import type { Engine } from '../engine/connection.ts';
import type { ExplorationCell } from './cells.ts';
import { execute } from './execute.ts';
import type { Failing } from './minimise.ts';
import { contextSwitches } from './move.ts';
import { REPLAYS, type Counterexample, type ExplorationResult } from './result.ts';
import { SCHEDULERS } from './scheduler/index.ts';
import { replay } from './scheduler/replay.ts';
import type { SchedulerSettings } from './scheduler/scheduler.ts';
import { search, type SearchLimits, type Searched } from './search.ts';
import { storyOf } from './story.ts';
import { formatToken, marksOf } from './token.ts';
import { Setting } from './world.ts';

/** How cells are explored. */
export interface ExplorationSettings extends SchedulerSettings {
  /** Name of the scheduler. */
  scheduler: SchedulerName;
  /** As the user names the scenario: a name or a path. */
  reference: string;
  /** Of Crashboard, for tokens. */
  version: string;
  /** Where boards lie while they are explored. */
  folder: string;
}

/** Explores one cell: searches, minimises what fails, and replays it to be sure. */
export function exploreCell(
  cell: ExplorationCell,
  settings: ExplorationSettings,
  engine: Engine,
  limits: SearchLimits,
): ExplorationResult {
  const setting = new Setting(cell.situation, cell.axes, engine, settings.folder);
  const scheduler = SCHEDULERS[settings.scheduler](settings);
  const searched = search(setting, scheduler, limits);
  const { words, interleavings, isExhausted } = scheduler.coverage();
  const { strategy, situation, expected } = cell;
  return {
    scenario: settings.reference,
    strategy,
    situation: situation.name,
    summary: situation.summary,
    expected,
    verdict: searched.failing ? 'unsafe' : isExhausted ? 'safe' : 'inconclusive',
    coverage: coverageInWords(words, searched),
    interleavings,
    executions: searched.executions,
    steps: searched.steps,
    elapsedMs: Math.round(searched.elapsedMs),
    counterexample: searched.failing && counterexampleOf(searched.failing, setting, cell, settings),
  };
}

function coverageInWords(words: string, { ended, elapsedMs }: Searched): string {
  return ended === 'out-of-time' ? `${words}: no time left after ${Math.round(elapsedMs / 1000)} s` : words;
}

function counterexampleOf(
  { moves, execution, failure }: Failing,
  setting: Setting,
  { strategy, situation }: ExplorationCell,
  { reference, version }: ExplorationSettings,
): Counterexample {
  const { made } = execution;
  const token = formatToken({
    version,
    scenario: reference,
    situation: situation.name,
    strategy,
    schedule: [...moves],
    marks: marksOf(made),
  });
  let replayed = 0;
  for (let round = 0; round < REPLAYS; round++) {
    if (execute(setting, replay(moves), moves.length).failure === failure) replayed++;
  }
  return {
    failure,
    token,
    contextSwitches: contextSwitches(moves),
    moves: moves.length,
    replayed,
    story: storyOf(made, situation.processes),
    processes: [...situation.processes],
  };
}
