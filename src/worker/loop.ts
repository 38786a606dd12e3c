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
    if (worker.isOpen && !pace(worker, stop)) continue;
    worker.runOne();
  }
  worker.flush();
}

/** @returns whether the next operation is due; otherwise some of the time until then has been slept. */
function paceOf(assignment: Assignment): (worker: BoardWorker, stop: Flag) => boolean {
  const { loop } = assignment.workload;
  if (loop.type === 'closed') return () => true;
  const intervalNs = 1e9 / loop.ratePerSecond;
  let dueNs = assignment.startAtNs;
  return (worker, stop) => {
    const leftNs = dueNs - worker.nowNs();
    if (leftNs > 0) {
      worker.flush();
      stop.wait(Math.min(leftNs, SLICE_NS) / 1e6);
      if (dueNs > worker.nowNs()) return false;
    }
    dueNs += intervalNs;
    return true;
  };
}

function waitUntil(worker: BoardWorker, atNs: number, stop: Flag): void {
  for (let leftNs = atNs - worker.nowNs(); leftNs > 0 && !stop.isSet; leftNs = atNs - worker.nowNs()) {
    stop.wait(leftNs / 1e6);
  }
}
