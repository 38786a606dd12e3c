/** A typed array that grows as numbers beyond its end are set; numbers that were never set are 0. */
export class Growable {
  #values: Uint32Array<ArrayBuffer>;

  constructor(capacity = 256) {
    this.#values = new Uint32Array(capacity);
  }

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  /** @param value 0 to 2³²−1. */
  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const larger = new Uint32Array(Math.max(index + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[index] = value;
  }
}
