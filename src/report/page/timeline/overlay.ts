import type { SpanColumns } from '../../../timeline/pack.ts';
import type { Timeline } from '../../../timeline/timeline.ts';
import type { Colours } from './colours.ts';
import type { View } from './raster.ts';
import { firstAfter } from './spans.ts';

const KINDS = ['open', 'create', 'claim', 'heartbeat', 'complete', 'reclaim'];
/** A bar that is so wide has its kind written on it, in pixels of the page. */
const LABEL_WIDTH = 44;
const LABELS_MAX = 400;

/** Black or white, whichever is easier to read on a colour. */
function readableOn(pixel: number): string {
  const [red, green, blue] = [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#000000' : '#ffffff';
}

/** Draws what lies over the operations: write locks that were seen, pauses, kills, signs. The context's origin is the view's. */
export class Overlay {
  readonly #context: CanvasRenderingContext2D;
  readonly #view: View;
  readonly #colours: Colours;
  readonly #ratio: number;

  constructor(context: CanvasRenderingContext2D, view: View, colours: Colours) {
    this.#context = context;
    this.#view = view;
    this.#colours = colours;
    this.#ratio = devicePixelRatio;
  }

  draw(timeline: Timeline, lanes: readonly SpanColumns[]): void {
    this.#labels(lanes);
    this.#lockSamples(timeline);
    for (const { fault, lanes: struck, atUs, durationUs } of timeline.strikes) {
      for (const lane of struck) {
        if (fault === 'kill') this.#kill(lane, atUs);
        else this.#pause(lane, atUs, durationUs);
      }
    }
    for (const { lane, atUs, check } of timeline.signs) this.#sign(lane, atUs, check === 'hazard');
  }

  #x(us: number): number {
    const { fromUs, toUs, width } = this.#view;
    return ((us - fromUs) / (toUs - fromUs)) * width;
  }

  #y(lane: number): number {
    return (lane + 0.5 - this.#view.firstLane) * this.#view.laneHeight;
  }

  #isSeen(x: number, lane: number | null): boolean {
    const { width, height, laneHeight } = this.#view;
    if (x < -laneHeight || x > width + laneHeight) return false;
    return lane === null || (this.#y(lane) > -laneHeight && this.#y(lane) < height + laneHeight);
  }

  #labels(lanes: readonly SpanColumns[]): void {
    const { firstLane, height, laneHeight, fromUs, toUs, width } = this.#view;
    const leastUs = (LABEL_WIDTH * this.#ratio * (toUs - fromUs)) / width;
    const context = this.#context;
    context.font = `${10 * this.#ratio}px system-ui, sans-serif`;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    let drawn = 0;
    const last = Math.min(lanes.length - 1, Math.floor(firstLane + height / laneHeight));
    for (let lane = Math.floor(firstLane); lane <= last; lane++) {
      const spans = lanes[lane] as SpanColumns;
      for (let index = firstAfter(spans, fromUs); index < spans.startUs.length && drawn < LABELS_MAX; index++) {
        const [start, end] = [spans.startUs[index] as number, spans.endUs[index] as number];
        if (start > toUs) break;
        const from = Math.max(start, fromUs);
        if (Math.min(end, toUs) - from < leastUs || spans.outcome[index] === 1) continue;
        const outcome = spans.outcome[index] as number;
        context.fillStyle = readableOn(
          outcome === 0
            ? (this.#colours.kinds[spans.kind[index] as number] as number)
            : (this.#colours.loudPixels[outcome] as number),
        );
        context.fillText(KINDS[spans.kind[index] as number] ?? '', this.#x(from) + 3 * this.#ratio, this.#y(lane));
        drawn++;
      }
    }
  }

  /** A tick at the lower edge of the lane. */
  #lockSamples({ lockSamples }: Timeline): void {
    const { laneHeight } = this.#view;
    this.#context.fillStyle = this.#colours.text;
    for (const [lane, atUs] of lockSamples) {
      const x = this.#x(atUs);
      if (!this.#isSeen(x, lane)) continue;
      const height = 3 * this.#ratio;
      this.#context.fillRect(x - this.#ratio, this.#y(lane) + laneHeight / 2 - height, 2 * this.#ratio, height);
    }
  }

  /** A hatched box. */
  #pause(lane: number, atUs: number, durationUs: number): void {
    const [x0, x1] = [this.#x(atUs), this.#x(atUs + durationUs)];
    if (x1 < 0 || !this.#isSeen(Math.max(0, x0), lane)) return;
    const { laneHeight } = this.#view;
    const [top, height] = [this.#y(lane) - laneHeight * 0.45, laneHeight * 0.9];
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(x0, top, Math.max(2 * this.#ratio, x1 - x0), height);
    context.clip();
    context.strokeStyle = this.#colours.text;
    context.lineWidth = this.#ratio;
    context.beginPath();
    const until = Math.min(x1, this.#view.width) + height;
    for (let x = Math.max(x0, 0) - height; x < until; x += 5 * this.#ratio) {
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
    }
    context.stroke();
    context.strokeRect(x0, top, x1 - x0, height);
    context.restore();
  }

  /** A cross on a line through the lane. */
  #kill(lane: number, atUs: number): void {
    const x = this.#x(atUs);
    if (!this.#isSeen(x, lane)) return;
    const [y, arm] = [this.#y(lane), Math.min(5 * this.#ratio, this.#view.laneHeight * 0.36)];
    const context = this.#context;
    for (const [colour, width] of [
      [this.#colours.background, 5],
      [this.#colours.bad, 2],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width * this.#ratio;
      context.beginPath();
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x - arm, y + arm);
      context.lineTo(x + arm, y - arm);
      context.stroke();
    }
  }

  /** A diamond, hollow for a hazard; at the upper edge where it is nobody's in particular. */
  #sign(lane: number | null, atUs: number, isHollow: boolean): void {
    const x = this.#x(atUs);
    if (!this.#isSeen(x, lane)) return;
    const y = lane === null ? 6 * this.#ratio : this.#y(lane);
    const arm = 6 * this.#ratio;
    const context = this.#context;
    context.beginPath();
    context.moveTo(x, y - arm);
    context.lineTo(x + arm, y);
    context.lineTo(x, y + arm);
    context.lineTo(x - arm, y);
    context.closePath();
    context.fillStyle = isHollow ? this.#colours.background : this.#colours.bad;
    context.strokeStyle = isHollow ? this.#colours.text : this.#colours.background;
    context.lineWidth = 1.5 * this.#ratio;
    context.fill();
    context.stroke();
  }
}
