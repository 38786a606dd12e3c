import seedrandom from 'seedrandom';
import type { Chooser } from '../execute.ts';
import type { Coverage, Scheduler, SchedulerSettings } from './scheduler.ts';

/** Chooses every move at random. No promise about what it finds; its strength is that it needs no bound. */
export class RandomWalk implements Scheduler {
  readonly name = 'random-walk';
  readonly #seed: string;
  readonly #schedules: number;
  #begun = 0;

  constructor({ seed, schedules }: Pick<SchedulerSettings, 'seed' | 'schedules'>) {
    this.#seed = seed;
    this.#schedules = schedules;
  }

  next(): Chooser | undefined {
    if (this.#begun === this.#schedules) return undefined;
    const random = seedrandom(`${this.#seed}/random-walk/${this.#begun++}`);
    return { choose: ({ moves }) => Math.floor(random() * moves.length) };
  }

  ended(): void {}

  share(): undefined {}

  coverage(): Coverage {
    return {
      words: `${this.#begun.toLocaleString('en')} random interleavings`,
      isExhausted: false,
      interleavings: undefined,
    };
  }
}
