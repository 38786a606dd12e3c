import type { Outcome } from '../scenario/exploration.ts';
import type { Move } from './move.ts';
import { World, type Made, type Setting } from './world.ts';

/** What a scheduler sees where it has to choose. */
export interface ChoicePoint {
  /** How many moves were made before. */
  depth: number;
  /** At least one. */
  moves: readonly Move[];
  /** Whose move the last one was. */
  last: number | undefined;
  /** The move that was chosen here had to wait: nothing has changed, and it is not among the moves any more. */
  isRetry: boolean;
  /** Names the state, see {@link TraceKey}. */
  key(): string;
  /** What a move would run. */
  labelOf(move: Move): string | undefined;
}

/** Chooses the moves of one execution. */
export interface Chooser {
  /** @returns an index into the point's moves; `CUT` to leave the execution. */
  choose(point: ChoicePoint): number;
}

export const CUT = -1;
/** Most moves of one execution. A program that polls for ever ends here. */
const MOVES_MAX = 5000;

/** One execution from start to end. */
export interface Execution {
  made: readonly Made[];
  /** `undefined` if the chooser left it. */
  outcome: Outcome | undefined;
  /** What the situation's check says. */
  failure: string | undefined;
}

/** The programs under exploration never end: a mistake in them, or a poll that is no waiting step. */
export class EndlessExecution extends Error {
  override readonly name = 'EndlessExecution';
}

/**
 * Executes a setting once, move by move as the chooser says.
 * @param untilMoves the execution is cut off after so many.
 * @throws {EndlessExecution} after 5000 moves.
 */
export function execute(setting: Setting, chooser: Chooser, untilMoves = Infinity): Execution {
  const world = new World(setting);
  const made: Made[] = [];
  try {
    let isRetry = false;
    for (;;) {
      const moves = world.moves();
      if (moves.length === 0) return ended(setting, world, made, 'stuck');
      if (made.length >= untilMoves) return ended(setting, world, made, 'cut');
      if (made.length >= MOVES_MAX) throw new EndlessExecution(`no end after ${MOVES_MAX} moves`);
      const last = made.at(-1)?.actor;
      const chosen = chooser.choose({
        depth: made.length,
        moves,
        last,
        isRetry,
        key: () => world.key.toString(),
        labelOf: ({ actor }) => world.actors[actor]?.next?.label,
      });
      const move = moves[chosen];
      if (!move) return { made, outcome: undefined, failure: undefined };
      const one = world.make(move);
      isRetry = one === undefined;
      if (one) made.push(one);
    }
  } finally {
    world.close();
  }
}

function ended({ situation }: Setting, world: World, made: readonly Made[], how: 'stuck' | 'cut'): Execution {
  const outcome = world.end(how);
  return { made, outcome, failure: situation.check(outcome) };
}
