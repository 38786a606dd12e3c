import type { Assignment } from './assignment.ts';
import type { BoardWorker } from './board-worker.ts';
import type { Flag } from './flag.ts';

/** How long a worker goes on before it lets its process hear messages, in nanoseconds. */
const SLICE_NS = 10e6;

/**
 * Runs a worker's operations until its time is up, its requests are served or it is told to stop. Yields between slices,
 * so that whoever iterates can let the event loop turn.
 */
export function* loop(worker: BoardWorker, assignment: Assignment, stop: Flag): Generator<void, void, undefined> {
  waitUntil(worker, assignment.startAtNs, stop);
  const pace = paceOf(assignment);
  let sliceEndsNs = worker.nowNs() + SLICE_NS;
  while (!stop.isSet && !worker.isDone) {
    const nowNs = worker.nowNs();
    if (nowNs >= assignment.stopAtNs) break;
    if (nowNs >= sliceEndsNs) {
      yield;
      sliceEndsNs = worker.nowNs() + SLICE_NS;
    }
    const dueNs = worker.isOpen ? pace(worker, stop) : NOW;
    if (dueNs !== LATER) worker.runOne(dueNs);
  }
  worker.flush();
}

/** The operation was due at no stated time: it starts when it starts. */
const NOW = undefined;
/** The next operation is not due yet. */
const LATER = 'later';

/** @returns when the operation that may start now was due; `LATER` if none may, and some of the time has been slept. */
type Pace = (worker: BoardWorker, stop: Flag) => number | typeof NOW | typeof LATER;

function paceOf({ workload }: Assignment): Pace {
  const { loop } = workload;
  if (loop.type === 'closed') return () => NOW;
  const intervalNs = 1e9 / loop.ratePerSecond;
  // A replacement starts late: what its predecessor had been due for is not its business.
  let nextNs: number | undefined;
  return (worker, stop) => {
    const dueNs = (nextNs ??= worker.nowNs());
    const leftNs = dueNs - worker.nowNs();
    if (leftNs > 0) {
      worker.flush();
      stop.wait(Math.min(leftNs, SLICE_NS) / 1e6);
      if (dueNs > worker.nowNs()) return LATER;
    }
    nextNs = dueNs + intervalNs;
    return Math.round(dueNs);
  };
}

function waitUntil(worker: BoardWorker, atNs: number, stop: Flag): void {
  for (let leftNs = atNs - worker.nowNs(); leftNs > 0 && !stop.isSet; leftNs = atNs - worker.nowNs()) {
    stop.wait(leftNs / 1e6);
  }
}
