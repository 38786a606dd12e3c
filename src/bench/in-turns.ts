import { Bench, type FnReturnedObject } from 'tinybench';

/** One side of a comparison. May tell its own duration; otherwise the call is timed. */
export type Side = () => void | FnReturnedObject | Promise<FnReturnedObject>;

/** How the sides are taken in turns. */
export interface Turns {
  /** How often every side has its turn. */
  rounds: number;
  /** Shortest time that one turn repeats its side for, in milliseconds; 0 runs it once, without a warm-up. */
  turnMs: number;
}

/**
 * Runs the sides A B, B A, A B, …, so that what the rest of the machine does in the meantime falls on all of them alike.
 * @returns the median duration of each turn in milliseconds, side by side, in the order of the rounds.
 */
export async function inTurns<Name extends string>(
  sides: Record<Name, Side>,
  { rounds, turnMs }: Turns,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Side>(sides);
  const durations = new Map(entries.map(([name]): [string, number[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ throws: true, time: turnMs, iterations: 1, warmup: turnMs > 0, warmupTime: turnMs / 4 });
    for (const [name, side] of round % 2 === 0 ? entries : entries.toReversed()) bench.add(name, side);
    await bench.run();
    for (const [name] of entries) durations.get(name)?.push(durationOf(bench, name));
  }
  return Object.fromEntries(durations) as Record<Name, number[]>;
}

function durationOf(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result?.state !== 'completed') throw new Error(`${name}: ${result?.state ?? 'was not run'}`);
  return result.latency.p50;
}

/** A side that is too short for the clock: runs in batches, and tells the mean of each. */
export function inBatches(size: number, run: () => void): Side {
  return () => {
    const startMs = performance.now();
    for (let index = 0; index < size; index++) run();
    const elapsedMs = performance.now() - startMs;
    return { overriddenDuration: elapsedMs / size, overriddenIterationCost: elapsedMs };
  };
}
