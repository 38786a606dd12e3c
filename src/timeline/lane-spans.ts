import type { Span, SpanOutcome } from './timeline.ts';

/** Outcomes that are drawn one by one however many there are: somebody may look for them. */
const LOUD: ReadonlySet<SpanOutcome> = new Set(['fail', 'info', 'in-flight']);

/** So many loud spans are kept in one lane; the first ones tell the story. */
const LOUD_MAX = 5000;

/**
 * Collects the spans of one lane, in the order of their starts. The rule by which a timeline becomes smaller: successful
 * operations and refusals that start within the same grain are one span with their number; all others stay as they are.
 */
export class LaneSpans {
  readonly spans: Span[] = [];
  /** Loud spans beyond the limit. */
  leftOut = 0;
  readonly #grainUs: number;
  #quiet: Span | undefined;
  #loud = 0;

  /** @param grainUs 0 keeps each operation apart. */
  constructor(grainUs: number) {
    this.#grainUs = grainUs;
  }

  add(span: Span): void {
    if (LOUD.has(span.outcome)) {
      if (++this.#loud > LOUD_MAX) this.leftOut += span.count;
      else this.spans.push(span);
      return;
    }
    const quiet = this.#quiet;
    if (quiet && this.#grainUs > 0 && this.#grainOf(quiet) === this.#grainOf(span)) {
      quiet.endUs = Math.max(quiet.endUs, span.endUs);
      quiet.count += span.count;
      if (span.outcome === 'ok') quiet.outcome = 'ok';
      return;
    }
    this.#quiet = { ...span };
    this.spans.push(this.#quiet);
  }

  #grainOf({ startUs }: Span): number {
    return Math.floor(startUs / this.#grainUs);
  }
}
