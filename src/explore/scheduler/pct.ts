import seedrandom from 'seedrandom';
import type { ChoicePoint, Chooser, Execution } from '../execute.ts';
import type { Coverage, Scheduler, SchedulerSettings } from './scheduler.ts';

/** Ordering constraints that a bug may need: 2 for an interruption at one place, 3 for two places. */
const DEPTH = 3;

/**
 * Probabilistic concurrency testing (Burckhardt et al. 2010): actors have random priorities, the highest that can move
 * moves, and at d − 1 random steps the one that runs falls behind all others. Each execution finds a bug of depth d among
 * n actors and k steps with a probability of at least 1/(n·k^(d−1)).
 */
export class Pct implements Scheduler {
  readonly name = 'pct';
  readonly #seed: string;
  readonly #schedules: number;
  #begun = 0;
  #actors = 1;
  /** Moves of the longest execution so far: where priorities may change. The first execution only measures. */
  #steps = 1;

  constructor({ seed, schedules }: Pick<SchedulerSettings, 'seed' | 'schedules'>) {
    this.#seed = seed;
    this.#schedules = schedules;
  }

  next(): Chooser | undefined {
    if (this.#begun === this.#schedules) return undefined;
    const random = seedrandom(`${this.#seed}/pct/${this.#begun++}`);
    const changes = Array.from({ length: DEPTH - 1 }, () => Math.floor(random() * this.#steps));
    return new ByPriority(random, changes);
  }

  ended({ made, outcome }: Execution): void {
    this.#steps = Math.max(this.#steps, made.length);
    this.#actors = Math.max(this.#actors, outcome?.actors.length ?? 1);
  }

  share(): undefined {}

  coverage(): Coverage {
    const once = 1 / (this.#actors * this.#steps ** (DEPTH - 1));
    const inAll = 1 - (1 - once) ** this.#begun;
    const words =
      `${this.#begun.toLocaleString('en')} interleavings by PCT: a bug of depth ${DEPTH} among ${this.#actors} actors and ` +
      `${this.#steps} steps is found with a probability of at least ${(inAll * 100).toPrecision(2)} %`;
    return { words, isExhausted: false, interleavings: undefined };
  }
}

class ByPriority implements Chooser {
  readonly #random: () => number;
  readonly #changes: readonly number[];
  readonly #priorities = new Map<number, number>();
  #lowest = 0;

  constructor(random: () => number, changes: readonly number[]) {
    this.#random = random;
    this.#changes = changes;
  }

  choose({ moves, depth, last, isRetry }: ChoicePoint): number {
    if (last !== undefined && !isRetry && this.#changes.includes(depth)) this.#priorities.set(last, --this.#lowest);
    const steps = moves.filter(({ action }) => action !== 'crash' && action !== 'stop');
    // Faults are no threads: each gets its chance at a change of priorities.
    if (this.#changes.includes(depth) && !isRetry && this.#random() < 0.5) {
      const strikes = moves.filter(({ action }) => action === 'crash' || action === 'stop');
      const strike = strikes[Math.floor(this.#random() * strikes.length)];
      if (strike) return moves.indexOf(strike);
    }
    const [highest] = steps.toSorted((a, b) => this.#of(b.actor) - this.#of(a.actor));
    return highest ? moves.indexOf(highest) : 0;
  }

  #of(actor: number): number {
    let priority = this.#priorities.get(actor);
    if (priority === undefined) this.#priorities.set(actor, (priority = 1 + this.#random()));
    return priority;
  }
}
