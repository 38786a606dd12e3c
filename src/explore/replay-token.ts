import type { Engine } from '../engine/connection.ts';
import type { Exploration } from '../scenario/exploration.ts';
import { cellsOf, type ExplorationCell } from './cells.ts';
import { execute, type Chooser, type Execution } from './execute.ts';
import { ScheduleMismatch, follow, replay } from './scheduler/replay.ts';
import { markOf, TokenError, type Token } from './token.ts';
import { Setting } from './world.ts';

/** What a token did when it was replayed. */
export interface Replayed {
  cell: ExplorationCell;
  execution: Execution;
  /** Times that it came out as it did the first time, which counts. */
  same: number;
  /** Where it does not fit any more; then it was followed as far as it goes. */
  mismatch: ScheduleMismatch | undefined;
}

/**
 * Replays a token so many times.
 * @throws {TokenError} if it names what the exploration does not have.
 */
export function replayToken(
  token: Token,
  exploration: Exploration,
  engine: Engine,
  folder: string,
  times: number,
): Replayed {
  const [cell] = cellsOf(exploration, { strategies: [token.strategy], situations: [token.situation] });
  if (!cell) throw new TokenError(`${token.scenario} does not explore ${token.strategy} in ${token.situation}`);
  const setting = new Setting(cell.situation, cell.axes, engine, folder);
  const { schedule } = token;
  let execution: Execution;
  let mismatch: ScheduleMismatch | undefined;
  try {
    execution = execute(setting, fitting(token), schedule.length);
  } catch (error) {
    if (!(error instanceof ScheduleMismatch)) throw error;
    mismatch = error;
    execution = execute(setting, follow(schedule));
  }
  let same = 1;
  for (let round = 1; round < times; round++) {
    const chooser = mismatch ? follow(schedule) : replay(schedule);
    if (execute(setting, chooser, mismatch ? Infinity : schedule.length).failure === execution.failure) same++;
  }
  return { cell, execution, same, mismatch };
}

/** Replays, and compares the statements with those of the first time. */
function fitting({ schedule, marks }: Token): Chooser {
  const chooser = replay(schedule);
  return {
    choose(point) {
      const recorded = schedule[point.depth];
      const label = recorded && point.labelOf(recorded);
      if (
        recorded &&
        (recorded.action === 'step' || recorded.action === 'timeout') &&
        markOf(label ?? '') !== marks[point.depth]
      ) {
        const now = label === undefined ? 'has ended' : `would run: ${label}`;
        throw new ScheduleMismatch(point.depth + 1, `this is another step than the one recorded; the actor now ${now}`);
      }
      return chooser.choose(point);
    },
  };
}
