import type { Footprint } from './footprint.ts';

const BITS = 31;

/**
 * Names the Mazurkiewicz trace of an execution so far: executions that differ only in the order of independent moves have
 * the same key, and leave the same state behind. Each move is hashed with the moves that it depends on; the key is the
 * sum of the hashes, which does not know any order. Two lanes of 32 bits: wrongly equal keys would hide a failure.
 */
export class TraceKey {
  readonly #lanes = [new Lane(0x9e3779b9), new Lane(0x7f4a7c15)] as const;

  /** @param what hash of the move itself: actor, action and statement. */
  add(actor: number, what: number, footprint: Footprint): void {
    for (const lane of this.#lanes) lane.add(actor, what, footprint);
  }

  toString(): string {
    const [low, high] = this.#lanes;
    return `${low.sum}.${high.sum}`;
  }
}

class Lane {
  sum = 0;
  readonly #seed: number;
  /** Hash of each actor's last move. */
  readonly #last: number[] = [];
  /** By bit of a shared object: hash of its last write, and the sum of the reads since. */
  readonly #written = new Int32Array(BITS);
  readonly #read = new Int32Array(BITS);

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(actor: number, what: number, { reads, writes }: Footprint): void {
    let hash = mix(this.#last[actor] ?? this.#seed, what);
    for (let left = reads | writes; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      if (bit >= BITS) continue;
      hash = mix(hash, (this.#written[bit] ?? 0) + bit);
      if (writes & (1 << bit)) hash = mix(hash, this.#read[bit] ?? 0);
    }
    this.#last[actor] = hash;
    for (let left = reads | writes; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      if (bit >= BITS) continue;
      if (writes & (1 << bit)) {
        this.#written[bit] = hash;
        this.#read[bit] = 0;
      } else this.#read[bit] = ((this.#read[bit] ?? 0) + hash) | 0;
    }
    this.sum = (this.sum + hash) | 0;
  }
}

/** The finalizer of MurmurHash3 over both numbers. */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0xcc9e2d51), 0x85ebca6b) + 0x9e3779b9;
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) | 0;
}
