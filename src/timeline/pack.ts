import { OPERATION_KINDS } from '../history/record.ts';
import { OUTCOMES, type Span } from './timeline.ts';

/**
 * The spans of all lanes as bytes: column after column, numbers in groups of seven bits, starts as differences. A span
 * takes about five bytes before compression. No part of Node in here: a browser unpacks it.
 */
export function packSpans(lanes: readonly (readonly Span[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter();
  bytes.number(lanes.length);
  for (const spans of lanes) bytes.number(spans.length);
  for (const spans of lanes) {
    let beforeUs = 0;
    for (const { startUs } of spans) {
      bytes.number(startUs - beforeUs);
      beforeUs = startUs;
    }
  }
  for (const spans of lanes) for (const { startUs, endUs } of spans) bytes.number(endUs - startUs);
  for (const spans of lanes) {
    for (const { kind, outcome } of spans) bytes.number(OPERATION_KINDS.indexOf(kind) * 8 + OUTCOMES.indexOf(outcome));
  }
  for (const spans of lanes) for (const { count } of spans) bytes.number(count);
  return bytes.end();
}

/** The spans of one lane as columns: what draws a hundred thousand of them wants no objects. */
export interface SpanColumns {
  startUs: Float64Array;
  endUs: Float64Array;
  /** Index into {@link OPERATION_KINDS}. */
  kind: Uint8Array;
  /** Index into {@link OUTCOMES}. */
  outcome: Uint8Array;
  count: Uint32Array;
}

/** The opposite of {@link packSpans}. @throws {RangeError} for bytes that end too soon. */
export function unpackSpans(bytes: Uint8Array): SpanColumns[] {
  const reader = new ByteReader(bytes);
  const lengths = Array.from({ length: reader.number() }, () => reader.number());
  const lanes = lengths.map(
    (length): SpanColumns => ({
      startUs: new Float64Array(length),
      endUs: new Float64Array(length),
      kind: new Uint8Array(length),
      outcome: new Uint8Array(length),
      count: new Uint32Array(length),
    }),
  );
  for (const { startUs } of lanes) {
    let beforeUs = 0;
    for (let index = 0; index < startUs.length; index++) startUs[index] = beforeUs += reader.number();
  }
  for (const { startUs, endUs } of lanes) {
    for (let index = 0; index < endUs.length; index++) endUs[index] = (startUs[index] ?? 0) + reader.number();
  }
  for (const { kind, outcome } of lanes) {
    for (let index = 0; index < kind.length; index++) {
      const code = reader.number();
      kind[index] = code >> 3;
      outcome[index] = code & 7;
    }
  }
  for (const { count } of lanes) {
    for (let index = 0; index < count.length; index++) count[index] = reader.number();
  }
  return lanes;
}

/** Spans as objects again, for those who work on them once. */
export function spansOf({ startUs, endUs, kind, outcome, count }: SpanColumns): Span[] {
  return Array.from(
    startUs,
    (start, index): Span => ({
      startUs: start,
      endUs: endUs[index] as number,
      kind: OPERATION_KINDS[kind[index] as number] ?? 'open',
      outcome: OUTCOMES[outcome[index] as number] ?? 'ok',
      count: count[index] as number,
    }),
  );
}

class ByteWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** @param value a whole number, 0 to 2⁵³. */
  number(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  end(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw new RangeError('a packed timeline ends too soon');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }
}
