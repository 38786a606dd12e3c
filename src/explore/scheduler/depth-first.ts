import { CUT, type ChoicePoint, type Chooser } from '../execute.ts';
import { isSameMove, type Move } from '../move.ts';
import type { Coverage, Scheduler, SchedulerSettings } from './scheduler.ts';

/** A place on the current path where there was a choice. */
interface Node {
  /** Moves that are still to be tried here, the next one last. */
  left: Move[];
  /** All moves that were ever offered here. */
  known: Move[];
  current: Move;
  /** Preemptions on the way to here. */
  spent: number;
  /** State at this place; equal states with equal rests of the budget have equal futures. */
  key: string;
  /** Interleavings that lie behind the moves tried so far. */
  interleavings: number;
  last: number | undefined;
  /** The actor that moved last cannot go on: changing to another is no preemption. */
  isLastBlocked: boolean;
}

/**
 * Executes every interleaving with at most so many preemptions: first those without, then those with one more, and so on,
 * so that the first failure has as few as possible (iterative context bounding, Musuvathi and Qadeer 2007).
 *
 * With pruning, a state that was reached before with the same budget is not entered again. States are told apart by their
 * Mazurkiewicz trace, so that is sound as far as the footprints of moves are; without it every interleaving is executed.
 */
export class DepthFirst implements Scheduler {
  readonly name = 'depth-first';
  readonly #bound: number;
  readonly #prune: boolean;
  #allowed: number;
  #path: Node[] = [];
  #prefix = 0;
  #isFresh = true;
  #hasCutByBudget = false;
  /** Interleavings behind a state, for states that have been explored to the end. */
  readonly #known = new Map<string, number>();
  #interleavings = 0;
  #isExhausted = false;

  /** @param settings.least the bound to begin with; 0 unless said otherwise. */
  constructor({ bound, prune, least = 0 }: Pick<SchedulerSettings, 'bound' | 'prune'> & { least?: number }) {
    this.#bound = bound;
    this.#prune = prune;
    this.#allowed = least;
  }

  next(): Chooser | undefined {
    if (!this.#isFresh && !this.#backtrack()) {
      if (this.#allowed >= this.#bound || !this.#hasCutByBudget) {
        this.#isExhausted = true;
        return undefined;
      }
      this.#allowed++;
      this.#path = [];
      this.#known.clear();
      this.#interleavings = 0;
      this.#hasCutByBudget = false;
    }
    this.#isFresh = false;
    this.#prefix = this.#path.length;
    return { choose: (point) => this.#choose(point) };
  }

  ended({ outcome }: { outcome: unknown }): void {
    if (outcome !== undefined) this.#count(1);
  }

  /** As if all the moves at a place had equally much behind them. */
  share(): number {
    let [share, weight] = [0, 1];
    for (const { left, known } of this.#path) {
      weight /= known.length;
      share += weight * (known.length - left.length - 1);
    }
    return share;
  }

  coverage(): Coverage {
    const interleavings = this.#interleavings;
    const preemptions = this.#allowed === 1 ? '1 preemption' : `${this.#allowed} preemptions`;
    const bounded = this.#hasCutByBudget ? ` with up to ${preemptions}` : '';
    const words = this.#isExhausted
      ? `all ${interleavings.toLocaleString('en')} interleavings${bounded}`
      : `${interleavings.toLocaleString('en')} interleavings with up to ${preemptions}, not all of them`;
    return { words, isExhausted: this.#isExhausted, interleavings };
  }

  #choose(point: ChoicePoint): number {
    const node = this.#path[point.depth];
    if (node && !point.isRetry && point.depth < this.#prefix) return indexOf(node.current, point);
    if (node && point.isRetry) return this.#retry(node, point);
    return this.#enter(point);
  }

  #enter(point: ChoicePoint): number {
    const before = this.#path[point.depth - 1];
    const spent = before ? before.spent + this.#costOf(before.current, before) : 0;
    const key = `${point.key()} ${point.last ?? ''} ${this.#allowed - spent}`;
    const known = this.#prune ? this.#known.get(key) : undefined;
    if (known !== undefined) {
      this.#count(known);
      return CUT;
    }
    const node: Node = {
      left: inOrder(point),
      known: [...point.moves],
      current: point.moves[0] as Move,
      spent,
      key,
      interleavings: 0,
      last: point.last,
      isLastBlocked: !point.moves.some(({ actor, action }) => actor === point.last && action === 'step'),
    };
    this.#path.length = point.depth;
    this.#path.push(node);
    return this.#advance(node, point);
  }

  /** The move had to wait. If it was the last actor's, changing to another costs nothing here. */
  #retry(node: Node, point: ChoicePoint): number {
    if (node.current.actor === node.last) node.isLastBlocked = true;
    // The last resorts show only once everybody waits.
    const offered = point.moves.filter((move) => !node.known.some((known) => isSameMove(known, move)));
    node.left.unshift(...offered);
    node.known.push(...offered);
    return this.#advance(node, point);
  }

  /** Takes the next move that the budget allows and that is still offered. */
  #advance(node: Node, point: ChoicePoint): number {
    for (let move = node.left.pop(); move; move = node.left.pop()) {
      const index = indexOf(move, point);
      if (index === CUT) continue;
      if (node.spent + this.#costOf(move, node) > this.#allowed) {
        this.#hasCutByBudget = true;
        continue;
      }
      node.current = move;
      return index;
    }
    return CUT;
  }

  #costOf({ actor, action }: Move, { last, isLastBlocked }: Node): number {
    return action === 'step' && last !== undefined && actor !== last && !isLastBlocked ? 1 : 0;
  }

  /** Goes back to the last place with something left to try. @returns whether there is one. */
  #backtrack(): boolean {
    for (let node = this.#path.at(-1); node; node = this.#path.at(-1)) {
      // Moves of the same place wait in the order in which they were offered; one that waits is found out by trying.
      const move = this.#nextWithin(node);
      if (move) {
        node.current = move;
        return true;
      }
      this.#path.pop();
      if (this.#prune) this.#known.set(node.key, node.interleavings);
    }
    return false;
  }

  #nextWithin(node: Node): Move | undefined {
    for (let move = node.left.pop(); move; move = node.left.pop()) {
      if (node.spent + this.#costOf(move, node) <= this.#allowed) return move;
      this.#hasCutByBudget = true;
    }
    return undefined;
  }

  /** Every place on the path leads to these. */
  #count(interleavings: number): void {
    this.#interleavings += interleavings;
    for (const node of this.#path) node.interleavings += interleavings;
  }
}

/** The last actor first, so that it is known whether leaving it is a preemption; the next to be tried stands last. */
function inOrder({ moves, last }: ChoicePoint): Move[] {
  const rank = ({ actor, action }: Move): number =>
    actor === last && action === 'step' ? 0 : action === 'step' ? 1 : 2;
  return moves.toSorted((a, b) => rank(b) - rank(a) || b.actor - a.actor);
}

function indexOf(move: Move, { moves }: ChoicePoint): number {
  return moves.findIndex((candidate) => isSameMove(candidate, move));
}
