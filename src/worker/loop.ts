import seedrandom from 'seedrandom';
import type { Assignment } from './assignment.ts';
import type { BoardWorker } from './board-worker.ts';
import type { Flag } from './flag.ts';

/** How long a worker goes on before it lets its process hear messages, in nanoseconds. */
const SLICE_NS = 10e6;
/** A rest that is longer is left to the event loop; a shorter one is slept through, which ends more punctually. */
const LONG_REST_NS = 50e6;
/** How long before the next operation a long rest ends, in nanoseconds: more than a timer is late. */
const EARLY_NS = 20e6;

/**
 * Runs a worker's operations until its time is up, its requests are served or it is told to stop. Yields between slices,
 * so that whoever iterates can let the event loop turn; what it yields is how long there is nothing to do, in
 * milliseconds.
 */
export function* loop(worker: BoardWorker, assignment: Assignment, stop: Flag): Generator<number, void, undefined> {
  waitUntil(worker, assignment.startAtNs, stop);
  const pace = paceOf(assignment);
  let sliceEndsNs = worker.nowNs() + SLICE_NS;
  while (!stop.isSet && !worker.isDone) {
    const nowNs = worker.nowNs();
    if (nowNs >= assignment.stopAtNs) break;
    const dueNs = worker.isOpen ? pace.due(nowNs) : AT_ONCE;
    const restNs = Math.min(dueNs ?? nowNs, assignment.stopAtNs) - nowNs;
    if (restNs > 0) worker.flush();
    if (restNs > LONG_REST_NS || nowNs >= sliceEndsNs) {
      yield Math.max(0, restNs - EARLY_NS) / 1e6;
      sliceEndsNs = worker.nowNs() + SLICE_NS;
    } else if (restNs > 0) {
      stop.wait(Math.min(restNs, SLICE_NS) / 1e6);
    } else {
      if (worker.isOpen) pace.next();
      worker.runOne(dueNs);
    }
  }
  worker.flush();
}

/** The operation is due at no stated time: it starts when it starts. */
const AT_ONCE = undefined;

/** When operations are due. */
interface Pace {
  /** When the next one is, in nanoseconds since the epoch. */
  due(nowNs: number): number | typeof AT_ONCE;
  /** The next one starts. */
  next(): void;
}

function paceOf({ workload, worker, seed, jittersStarts }: Assignment): Pace {
  const { loop } = workload;
  if (loop.type === 'closed') return { due: () => AT_ONCE, next: () => {} };
  const intervalNs = 1e9 / loop.ratePerSecond;
  const random = seedrandom(`${seed}/${worker}/starts`);
  const drawNs = (): number => (jittersStarts ? random() * intervalNs : 0);
  let slotNs: number | undefined;
  let offsetNs = drawNs();
  return {
    // A replacement starts late: what its predecessor had been due for is not its business.
    due: (nowNs) => Math.round((slotNs ??= nowNs) + offsetNs),
    next: () => {
      slotNs = (slotNs ?? 0) + intervalNs;
      offsetNs = drawNs();
    },
  };
}

function waitUntil(worker: BoardWorker, atNs: number, stop: Flag): void {
  for (let leftNs = atNs - worker.nowNs(); leftNs > 0 && !stop.isSet; leftNs = atNs - worker.nowNs()) {
    stop.wait(leftNs / 1e6);
  }
}
