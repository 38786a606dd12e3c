import { Piscina } from 'piscina';
import { sourceUrl } from '../kernel/source-url.ts';
import { InProcessState } from '../strategy/in-process.ts';
import type { Assignment, WorkerReports } from './assignment.ts';
import { Flag } from './flag.ts';
import type { ThreadTask } from './thread.ts';

/** How often a process looks at what its threads report, in milliseconds. */
const REPORTS_POLL_MS = 2;

/**
 * The threads of a worker process that runs more than one. They are never terminated while they work: ending a thread
 * inside a failing SQLite call aborts the whole process.
 */
export class WorkerThreads {
  readonly #pool: Piscina;
  readonly #count: number;

  private constructor(count: number) {
    this.#count = count;
    this.#pool = new Piscina({
      filename: sourceUrl('../worker/thread', import.meta.url).href,
      minThreads: count,
      maxThreads: count,
      concurrentTasksPerWorker: 1,
      // Threads of this kind block for as long as the trial lasts; waiting on Atomics would keep nothing else busy.
      atomics: 'disabled',
    });
  }

  /** Starts the threads and loads the code in each, so that an assignment finds them warm. */
  static async start(count: number): Promise<WorkerThreads> {
    const threads = new WorkerThreads(count);
    await Promise.all(Array.from({ length: count }, () => threads.#pool.run(null)));
    return threads;
  }

  /** Runs the loop on every thread; what any of them reports is passed on. */
  async run(assignment: Assignment, stop: SharedArrayBuffer, reports: WorkerReports): Promise<void> {
    const [running, damaged] = [Flag.allocate(), Flag.allocate()];
    const shared = { assignment, stop, running, damaged, inProcess: InProcessState.allocate() };
    const unreported = new Map([
      [new Flag(running), () => reports.running()],
      [new Flag(damaged), () => reports.damaged()],
    ]);
    const poll = setInterval(() => {
      for (const [flag, report] of unreported) {
        if (!flag.isSet) continue;
        unreported.delete(flag);
        report();
      }
    }, REPORTS_POLL_MS);
    try {
      await Promise.all(
        Array.from({ length: this.#count }, (_, thread) => this.#pool.run({ ...shared, thread } satisfies ThreadTask)),
      );
    } finally {
      clearInterval(poll);
      await this.#pool.close();
    }
  }
}
