import type { Reaper } from './reaper-client.ts';
import { WorkerProcess } from './worker-process.ts';

/**
 * Worker processes that have started and wait for an assignment, so that a replacement is there at once: starting Node is
 * most of the cost of a worker. None of them has touched a database.
 */
export class Spares {
  readonly #compileCache: string;
  readonly #reaper: Reaper;
  readonly #waiting = new Map<number, WorkerProcess[]>();

  constructor(compileCache: string, reaper: Reaper) {
    this.#compileCache = compileCache;
    this.#reaper = reaper;
  }

  /** Starts processes until so many are waiting. @param threads per process. */
  prepare(threads: number, count: number): void {
    const waiting = this.#of(threads);
    while (waiting.length < count) waiting.push(new WorkerProcess(threads, this.#compileCache, this.#reaper));
  }

  /** Takes the process that has waited longest, starting one if there is none, and waits until it is ready. */
  async take(threads: number): Promise<WorkerProcess> {
    this.prepare(threads, 1);
    const process = this.#of(threads).shift() as WorkerProcess;
    await process.ready;
    return process;
  }

  /** Ends every process that waits, and waits until all are gone. */
  async dismiss(): Promise<void> {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    await Promise.all(all.map((process) => process.end()));
  }

  #of(threads: number): WorkerProcess[] {
    let waiting = this.#waiting.get(threads);
    if (!waiting) this.#waiting.set(threads, (waiting = []));
    return waiting;
  }
}
