import { step, type Step } from '../step/step.ts';
import { Mutex } from './lock/mutex.ts';

const INIT_MUTEX = 0;
const WRITE_MUTEX = 1;
const INITIALISED = 2;
const CELLS = 3;

/** What the threads of one process share besides the files: two mutexes, and the set of paths already initialised. */
export class InProcessState {
  readonly initMutex: Mutex;
  readonly writeMutex: Mutex;
  readonly #cells: Int32Array;

  /** @param memory from {@link InProcessState.allocate}, the same for every thread. */
  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
    this.initMutex = new Mutex('init mutex', this.#cells, INIT_MUTEX);
    this.lookUpInitialised = step(
      'memory',
      'look the board up among the initialised',
      () => Atomics.load(this.#cells, INITIALISED) === 1,
    );
    this.markInitialised = step('memory', 'remember the board as initialised', () =>
      Atomics.store(this.#cells, INITIALISED, 1),
    );
    this.writeMutex = new Mutex('write mutex', this.#cells, WRITE_MUTEX);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * A step that looks whether some thread of this process has marked the board as initialised. Checked, then acted on:
   * the #21708 race.
   */
  readonly lookUpInitialised: Step;
  /** A step that marks the board as initialised in this process. */
  readonly markInitialised: Step;
}
