import type { Steps } from './step.ts';

/**
 * Drives steps one after the other without a pause, as a worker under load does.
 * @returns what the steps return. @throws what they do not catch.
 */
export function runFreely<T>(steps: Steps<T>): T {
  let state = steps.next();
  while (!state.done) {
    let result: unknown;
    try {
      result = state.value.run();
    } catch (error) {
      state = steps.throw(error);
      continue;
    }
    state = steps.next(result);
  }
  return state.value;
}
