import type { Lock } from './lock.ts';

const FREE = 0;
const TAKEN = 1;

/** A mutex between the threads of one process, over a cell of shared memory. Knows nothing of other processes. */
export class Mutex implements Lock {
  readonly label: string;
  readonly #cells: Int32Array;
  readonly #index: number;

  /**
   * @param cells over a SharedArrayBuffer that all threads share.
   * @param index which cell is this mutex.
   */
  constructor(label: string, cells: Int32Array, index: number) {
    this.label = label;
    this.#cells = cells;
    this.#index = index;
  }

  tryAcquire(): boolean {
    return Atomics.compareExchange(this.#cells, this.#index, FREE, TAKEN) === FREE;
  }

  acquire(): void {
    while (!this.tryAcquire()) Atomics.wait(this.#cells, this.#index, TAKEN);
  }

  release(): void {
    Atomics.store(this.#cells, this.#index, FREE);
    Atomics.notify(this.#cells, this.#index, 1);
  }
}
