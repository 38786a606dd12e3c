import { CUT, type ChoicePoint, type Chooser } from '../execute.ts';
import { isSameMove, nameOfActor, type Move } from '../move.ts';

/** A recorded schedule does not fit what the strategy does now. */
export class ScheduleMismatch extends Error {
  override readonly name = 'ScheduleMismatch';
  /** Number of the move, from 1. */
  readonly step: number;

  constructor(step: number, message: string) {
    super(`the schedule does not fit at step ${step}: ${message}`);
    this.step = step;
  }
}

/** Makes exactly the recorded moves. @throws {ScheduleMismatch} at the first that cannot be made. */
export function replay(schedule: readonly Move[]): Chooser {
  return {
    choose({ depth, moves, isRetry }: ChoicePoint): number {
      const recorded = schedule[depth];
      if (!recorded) return runOn(moves, schedule.at(-1)?.actor);
      const index = moves.findIndex((move) => isSameMove(move, recorded));
      if (index !== CUT) return index;
      const why = isRetry ? 'has to wait now' : 'cannot do that now';
      throw new ScheduleMismatch(depth + 1, `${nameOfActor(recorded.actor)} ${why} (${recorded.action})`);
    },
  };
}

/**
 * Keeps to a schedule as far as it can: moves that cannot be made are left out, and when it is over everybody runs on
 * without preemption. For trying variations of a schedule.
 */
export function follow(schedule: readonly Move[]): Chooser {
  let next = 0;
  let last: number | undefined;
  return {
    choose({ moves, isRetry }: ChoicePoint): number {
      if (isRetry) next++;
      for (; next < schedule.length; next++) {
        const wanted = schedule[next] as Move;
        const index = moves.findIndex((move) => isSameMove(move, wanted));
        if (index === CUT) continue;
        last = wanted.actor;
        next++;
        return index;
      }
      const index = runOn(moves, last);
      last = moves[index]?.actor;
      return index;
    },
  };
}

/** The actor that moved last if it can, else the first that can; faults only if the schedule says so. */
function runOn(moves: readonly Move[], last: number | undefined): number {
  const own = moves.findIndex(({ actor, action }) => actor === last && action === 'step');
  if (own !== CUT) return own;
  const step = moves.findIndex(({ action }) => action !== 'crash' && action !== 'stop');
  return step === CUT ? 0 : step;
}
