import { bundled } from '../engine/bundled.ts';
import { InProcessState } from '../strategy/in-process.ts';
import type { Assignment } from './assignment.ts';
import { BoardWorker } from './board-worker.ts';
import { loop } from './loop.ts';
import { Flag } from './flag.ts';

/** What a thread of a worker process is given; the memory is shared by all of them. */
export interface ThreadTask {
  assignment: Assignment;
  thread: number;
  inProcess: SharedArrayBuffer;
  stop: SharedArrayBuffer;
  /** Set once a thread has the board open. */
  running: SharedArrayBuffer;
  /** Set once a thread has met a broken database. */
  damaged: SharedArrayBuffer;
}

/** Body of one thread: the whole operation loop, as one piscina task. `null` only loads the code. */
export default function run(task: ThreadTask | null): void {
  if (task === null) return;
  // What is drawn by name, each thread draws for itself.
  const assignment = { ...task.assignment, worker: `${task.assignment.worker}.${task.thread}` };
  const worker = new BoardWorker(assignment.worker, assignment, bundled, new InProcessState(task.inProcess), {
    running: () => new Flag(task.running).set(),
    damaged: () => new Flag(task.damaged).set(),
  });
  try {
    const stop = new Flag(task.stop);
    // A thread has no messages to hear: the flag alone ends a rest.
    for (const restMs of loop(worker, assignment, stop)) stop.wait(restMs);
  } finally {
    worker.close();
  }
}
