/**
 * What a move touched of what actors share, as sets of bits: two moves of different actors depend on each other if one
 * wrote what the other read or wrote. Moves that do not can change places without anybody noticing.
 */
export interface Footprint {
  reads: number;
  writes: number;
}

/** Committed contents of the board. */
export const DATA = 1;
/** SQLite's own locks. */
export const LOCKS = 2;
/** The virtual clock. Programs may look at it between any two steps, so every move reads it. */
export const CLOCK = 4;
const FIRST_FREE_BIT = 3;
const BITS_MAX = 31;

export const EVERYTHING: Footprint = { reads: -1, writes: -1 };

/** Gives a bit to each lock and each process's memory, always the same one to the same name. */
export class SharedObjects {
  readonly #bits = new Map<string, number>();

  /** @throws {RangeError} beyond 28 different objects. */
  bitOf(name: string): number {
    let bit = this.#bits.get(name);
    if (bit === undefined) {
      const index = FIRST_FREE_BIT + this.#bits.size;
      if (index >= BITS_MAX) throw new RangeError('an exploration can have 28 locks and memories at most');
      this.#bits.set(name, (bit = 1 << index));
    }
    return bit;
  }
}
