import { setTimeout } from 'node:timers/promises';

/** Waits until a condition holds: for things that another process does in its own time. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await holds()); await setTimeout(5)) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${limitMs} ms: ${what}`);
  }
}
