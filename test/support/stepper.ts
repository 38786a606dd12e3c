import type { Step, StepKind, Steps } from '../../src/step/step.ts';

/** Drives steps one at a time, by hand: this is how a test puts something between two of them. */
export class Stepper<T> {
  /** Labels of the steps that have run. */
  readonly labels: string[] = [];
  readonly #steps: Steps<T>;
  #state: IteratorResult<Step, T>;

  constructor(steps: Steps<T>) {
    this.#steps = steps;
    this.#state = steps.next();
  }

  /** The step that comes next. @throws if there is none. */
  get pending(): Step {
    if (this.#state.done) throw new Error('there is no step left');
    return this.#state.value;
  }

  get isDone(): boolean {
    return this.#state.done === true;
  }

  /** Runs the next step; its error goes to the steps, and comes back from here if they let it through. */
  advance(): void {
    const step = this.pending;
    this.labels.push(step.label);
    let result: unknown;
    try {
      result = step.run();
    } catch (error) {
      this.#state = this.#steps.throw(error);
      return;
    }
    this.#state = this.#steps.next(result);
  }

  /** Runs steps until the next one is of this label. @throws if that never comes. */
  advanceTo(label: RegExp): void {
    while (!label.test(this.pending.label)) this.advance();
  }

  /** Runs steps up to and including the next one of this label. */
  advancePast(label: RegExp): void {
    this.advanceTo(label);
    this.advance();
  }

  /** Runs the rest. @param skip kinds of steps that are passed over as if they had happened. */
  finish(skip: readonly StepKind[] = []): T {
    while (!this.#state.done) {
      if (skip.includes(this.#state.value.kind)) {
        this.labels.push(this.#state.value.label);
        this.#state = this.#steps.next();
      } else this.advance();
    }
    return this.#state.value;
  }
}

/** Runs steps to their end and returns the labels of all of them. */
export function labelsOf(steps: Steps<unknown>): string[] {
  const stepper = new Stepper(steps);
  stepper.finish();
  return stepper.labels;
}
