import type { SpanColumns } from '../../../timeline/pack.ts';
import type { Colours } from './colours.ts';
import { firstAfter } from './spans.ts';

/** What part of a timeline is to be seen, in pixels of the device. */
export interface View {
  width: number;
  height: number;
  fromUs: number;
  toUs: number;
  /** Lane at the upper edge; a part of one is scrolled away. */
  firstLane: number;
  laneHeight: number;
}

/** Half of a bar's height, as a share of its lane: what went wrong stands out by its shape, not only by its colour. */
const HALF = { refused: 0.1, ok: 0.26, loud: 0.42 };

/**
 * Draws the operations of all visible lanes into an image. The cost goes with the pixels and the visible spans, in plain
 * writes to memory: a hundred thousand spans take some milliseconds, which as many rectangles of a canvas do not.
 */
export class Raster {
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(1);
  #rows = { refused: new Uint32Array(1), ok: new Uint32Array(1), loud: new Uint32Array(1) };

  draw(lanes: readonly SpanColumns[], view: View, colours: Colours): ImageData {
    this.#fit(view);
    const { width, height, firstLane, laneHeight } = view;
    this.#pixels.fill(colours.backgroundPixel);
    const last = Math.min(lanes.length - 1, Math.floor(firstLane + height / laneHeight));
    for (let lane = Math.max(0, Math.floor(firstLane)); lane <= last; lane++) {
      const background = lane % 2 === 0 ? colours.backgroundPixel : colours.stripePixel;
      this.#drawLane(lanes[lane] as SpanColumns, view, colours, background);
      const middle = (lane + 0.5 - firstLane) * laneHeight;
      const from = Math.max(0, Math.round(middle - laneHeight / 2));
      const to = Math.min(height, Math.round(middle + laneHeight / 2));
      for (let y = from; y < to; y++) {
        const distance = Math.abs(y + 0.5 - middle) / laneHeight;
        const row = this.#rowAt(distance);
        if (row) this.#pixels.set(row, y * width);
        else this.#pixels.fill(background, y * width, (y + 1) * width);
      }
    }
    return this.#image;
  }

  #rowAt(distance: number): Uint32Array | undefined {
    if (distance <= HALF.refused) return this.#rows.refused;
    if (distance <= HALF.ok) return this.#rows.ok;
    return distance <= HALF.loud ? this.#rows.loud : undefined;
  }

  #fit({ width, height }: View): void {
    if (this.#image.width === width && this.#image.height === height) return;
    this.#image = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#rows = { refused: new Uint32Array(width), ok: new Uint32Array(width), loud: new Uint32Array(width) };
  }

  /** Fills one row for each height that a bar can have; higher bars are in the rows of the lower ones as well. */
  #drawLane(spans: SpanColumns, view: View, colours: Colours, background: number): void {
    const { refused, ok, loud } = this.#rows;
    for (const row of [refused, ok, loud]) row.fill(background);
    const { width, fromUs, toUs } = view;
    const perUs = width / (toUs - fromUs);
    const later: number[] = [];
    const put = (row: Uint32Array, index: number, pixel: number): void => {
      const x0 = Math.max(0, Math.floor(((spans.startUs[index] as number) - fromUs) * perUs));
      const x1 = Math.ceil(((spans.endUs[index] as number) - fromUs) * perUs);
      // Neighbours that are wide enough are kept apart by a pixel.
      row.fill(pixel, x0, Math.min(width, Math.max(x0 + 1, x1 - x0 > 4 ? x1 - 1 : x1)));
    };
    for (let index = firstAfter(spans, fromUs); index < spans.startUs.length; index++) {
      if ((spans.startUs[index] as number) > toUs) break;
      const outcome = spans.outcome[index] as number;
      const pixel = colours.kinds[spans.kind[index] as number] as number;
      if (outcome === 0) {
        put(refused, index, pixel);
        put(ok, index, pixel);
      } else if (outcome === 1) put(refused, index, colours.refusedPixel);
      else later.push(index);
    }
    // On top: where several share a pixel, the one that went wrong is seen.
    for (const index of later) {
      const pixel = colours.loudPixels[spans.outcome[index] as number] as number;
      for (const row of [refused, ok, loud]) put(row, index, pixel);
    }
  }
}
