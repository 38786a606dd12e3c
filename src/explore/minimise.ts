import { execute, type Execution } from './execute.ts';
import { contextSwitches, type Move } from './move.ts';
import { follow, replay } from './scheduler/replay.ts';
import type { Setting } from './world.ts';

/** Moves of one actor in a row; a fault stands alone. */
interface Segment extends Move {
  count: number;
}

/** More steps than any program has. */
const UNTIL_IT_WAITS = 1000;

/** A schedule that fails, and how. */
export interface Failing {
  moves: readonly Move[];
  execution: Execution;
  failure: string;
}

/**
 * Cuts a failing schedule down: to the fewest context switches and faults, then to the fewest steps before each switch,
 * and at last what comes after the failure. Every variation is executed; one counts if it fails in the same way.
 */
export function minimise(setting: Setting, execution: Execution): Failing {
  let best = failingOf(execution);
  if (!best) throw new Error('only a failing execution can be minimised');
  best = improveFully(setting, best, toTheEnd);
  // An error that somebody was told of stays whatever follows, so the others need not go further than it takes. Of the
  // state of a board that is only true once all have ended.
  return isToldOf(best) ? improveFully(setting, cutAfterFailure(setting, best), noFurther) : best;
}

function isToldOf({ execution, failure }: Failing): boolean {
  return execution.outcome?.actors.some((end) => end.how === 'threw' && failure.includes(end.message)) ?? false;
}

/** How long a variation runs: until everybody has ended, or for as many moves as it names. */
type Length = (moves: readonly Move[]) => number;
const toTheEnd: Length = () => Infinity;
const noFurther: Length = (moves) => moves.length;

function improveFully(setting: Setting, failing: Failing, length: Length): Failing {
  let best = failing;
  for (let before: Failing | undefined; before !== best; ) {
    before = best;
    for (const simplify of [leaveOut, exchange, shorten])
      best = simplify(best, (moves) => tryOut(setting, best, moves, length));
  }
  return best;
}

/** The words before the first colon: two schedules that trip over different columns fail in the same way. */
function kindOf(failure: string): string {
  return /^(SQLITE_ERROR: )?[^:]*/.exec(failure)?.[0] ?? failure;
}

/** Executes a variation. @returns it if it fails in the same way and is less than the best so far. */
function tryOut(setting: Setting, best: Failing, moves: readonly Move[], length: Length): Failing | undefined {
  const tried = failingOf(execute(setting, follow(moves), length(moves)));
  const isBetter =
    tried && kindOf(tried.failure) === kindOf(best.failure) && isLess(costOf(tried.moves), costOf(best.moves));
  return isBetter ? tried : undefined;
}

/** What is left out of a schedule happens later by itself. */
type Try = (moves: readonly Move[]) => Failing | undefined;

function leaveOut(best: Failing, attempt: Try): Failing {
  for (let index = segmentsOf(best.moves).length - 1; index >= 0; index--) {
    best = attempt(movesOf(segmentsOf(best.moves).toSpliced(index, 1))) ?? best;
  }
  return best;
}

function exchange(best: Failing, attempt: Try): Failing {
  for (let index = 0; index + 1 < segmentsOf(best.moves).length; index++) {
    const segments = segmentsOf(best.moves);
    const [first, second] = [segments[index] as Segment, segments[index + 1] as Segment];
    best = attempt(movesOf(segments.toSpliced(index, 2, second, first))) ?? best;
  }
  return best;
}

function shorten(best: Failing, attempt: Try): Failing {
  for (let index = 0; index < segmentsOf(best.moves).length; index++) best = shortenAt(best, index, attempt);
  return best;
}

/** The least number of steps in a row with which it still fails. */
function shortenAt(best: Failing, index: number, attempt: Try): Failing {
  const segments = segmentsOf(best.moves);
  const segment = segments[index] as Segment;
  const next = segments[index + 1];
  for (let count = 1; count < segment.count; count++) {
    const shorter = { ...segment, count };
    const better =
      attempt(movesOf(segments.toSpliced(index, 1, shorter))) ??
      // The next one may need more steps now: it goes on for as long as it can.
      (next?.action === 'step'
        ? attempt(movesOf(segments.toSpliced(index, 2, shorter, { ...next, count: UNTIL_IT_WAITS })))
        : undefined);
    if (better) return better;
  }
  return best;
}

/** Compared from left to right: switches and faults, then how long each stretch before a switch is. */
function costOf(moves: readonly Move[]): number[] {
  const faults = moves.filter(({ action }) => action === 'crash' || action === 'stop').length;
  const before = segmentsOf(moves).slice(0, -1);
  return [contextSwitches(moves) + faults, ...before.map(({ count }) => count)];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? Infinity;
    if (value !== other) return value < other;
  }
  return false;
}

/** Shows no more than is needed: the failure may be there before everybody has ended. */
function cutAfterFailure(setting: Setting, best: Failing): Failing {
  const { moves } = best;
  const ends = moves.flatMap(({ actor }, index) =>
    moves.slice(index + 1).some((later) => later.actor === actor) ? [] : index,
  );
  for (const end of ends) {
    if (end + 1 === moves.length) break;
    const cut = failingOf(execute(setting, replay(moves), end + 1));
    if (cut?.failure === best.failure) return cut;
  }
  return best;
}

function failingOf(execution: Execution): Failing | undefined {
  const { failure, made } = execution;
  if (failure === undefined) return undefined;
  return { failure, execution, moves: made.map(({ actor, action }) => ({ actor, action })) };
}

function segmentsOf(moves: readonly Move[]): Segment[] {
  const segments: Segment[] = [];
  for (const { actor, action } of moves) {
    const last = segments.at(-1);
    if (last?.actor === actor && last.action === 'step' && action === 'step') last.count++;
    else segments.push({ actor, action, count: 1 });
  }
  return segments;
}

function movesOf(segments: readonly Segment[]): Move[] {
  return segments.flatMap(({ actor, action, count }) => Array.from({ length: count }, () => ({ actor, action })));
}
