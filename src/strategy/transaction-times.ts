/** Where the time of an operation's write transactions went. Times in nanoseconds, summed over the transactions. */
export interface Phases {
  /** From asking for the transaction until it had begun: the strategy's own lock and `BEGIN`. */
  waitNs: number;
  /** From then until the commit. Where `BEGIN` takes no lock (deferred), the wait for it is in here. */
  workNs: number;
  /** In `COMMIT`, with a checkpoint if it fell to this one. */
  commitNs: number;
  transactions: number;
  /** How often `BEGIN` or `COMMIT` was tried again after SQLITE_BUSY. */
  retries: number;
  /** All of the last transaction: for one that failed, how long that took. */
  lastNs: number;
}

type Phase = 'waitNs' | 'workNs' | 'commitNs';

const nothing = (): Phases => ({ waitNs: 0, workNs: 0, commitNs: 0, transactions: 0, retries: 0, lastNs: 0 });

/** A stop watch in a session: a stamp at each border between two phases. One costs well under a microsecond. */
export class TransactionTimes {
  #phases = nothing();
  #phase: Phase | undefined;
  #sinceMs = 0;
  #askedMs = 0;

  /** The transaction is wanted. */
  asked(): void {
    this.#phases.transactions++;
    this.#enter('waitNs');
    this.#askedMs = this.#sinceMs;
  }

  /** `BEGIN` has returned. */
  begun(): void {
    this.#enter('workNs');
  }

  /** `COMMIT` follows. */
  worked(): void {
    this.#enter('commitNs');
  }

  /** The transaction is over, however it ended. */
  ended(): void {
    this.#enter(undefined);
  }

  retried(): void {
    this.#phases.retries++;
  }

  /** What was summed up since the last call. */
  take(): Phases {
    this.ended();
    const phases = this.#phases;
    this.#phases = nothing();
    return phases;
  }

  #enter(phase: Phase | undefined): void {
    const nowMs = performance.now();
    if (this.#phase !== undefined) this.#phases[this.#phase] += Math.round((nowMs - this.#sinceMs) * 1e6);
    if (phase === undefined && this.#phase !== undefined)
      this.#phases.lastNs = Math.round((nowMs - this.#askedMs) * 1e6);
    this.#phase = phase;
    this.#sinceMs = nowMs;
  }
}
