/** A flag in memory that the threads of a process share: set once, never cleared. */
export class Flag {
  readonly #cells: Int32Array;

  /** @param memory from {@link Flag.allocate}, the same for every thread. */
  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  get isSet(): boolean {
    return Atomics.load(this.#cells, 0) === 1;
  }

  set(): void {
    Atomics.store(this.#cells, 0, 1);
    Atomics.notify(this.#cells, 0);
  }

  /** Blocks until the time is over or the flag is set. */
  wait(delayMs: number): void {
    Atomics.wait(this.#cells, 0, 0, delayMs);
  }
}
