/** Time that passes only when somebody sleeps or a timeout expires, so that two minutes cost nothing. */
export class VirtualClock {
  /** The same in every execution: some moment in November 2023, milliseconds since the Unix epoch. */
  static readonly startMs = 1_700_000_000_000;
  #nowMs: number = VirtualClock.startMs;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Moves on to a moment; never back. */
  advanceTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }
}
