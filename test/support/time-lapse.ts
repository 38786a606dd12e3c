import { vi } from 'vitest';
import { sleepSync } from '../../src/kernel/process.ts';

/**
 * Runs an action in which every `sleepSync` returns at once, on a clock that only they move. The test file has to spy on
 * the module: `vi.mock(import('…/src/kernel/process.ts'), { spy: true })`.
 * @param meanwhile runs inside every sleep; receives how many there were, this one included.
 * @returns how long each sleep would have been, in milliseconds.
 */
export function withSleepsPassingAtOnce(action: () => void, meanwhile: (times: number) => void = () => {}): number[] {
  const sleptMs: number[] = [];
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const sleep = vi.mocked(sleepSync).mockImplementation((delayMs) => {
    nowMs += delayMs;
    meanwhile(sleptMs.push(delayMs));
  });
  try {
    action();
    return sleptMs;
  } finally {
    clock.mockRestore();
    sleep.mockReset();
  }
}
