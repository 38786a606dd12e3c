import uPlot from 'uplot';
import type { SpanColumns } from '../../../timeline/pack.ts';
import type { Timeline } from '../../../timeline/timeline.ts';
import { coloursOf, type Colours } from './colours.ts';
import { Overlay } from './overlay.ts';
import { Raster, type View } from './raster.ts';
import { throughputOf } from './spans.ts';

/** In pixels of the page. */
const SIZES = { laneLeast: 18, laneMost: 30, lanes: 396, axis: 34, names: 76, overview: 74, right: 14 };
/** The closest look, in milliseconds from edge to edge. */
const SPAN_MS_MIN = 0.05;
const SLICES = 240;
/** What a close look shows on either side of a moment. */
const CLOSE_MS = 10;

/** Where the two charts are put. */
export interface Places {
  overview: HTMLElement;
  lanes: HTMLElement;
  /** Scrolls through the lanes. */
  scroller: HTMLElement;
}

/** What somebody points at: a moment and a lane. */
export interface Pointed {
  us: number;
  lane: number;
  /** What one pixel stands for. */
  usPerPixel: number;
}

/** The lanes of a trial with its throughput above; both show the same stretch of time. */
export class Chart {
  readonly #timeline: Timeline;
  readonly #lanes: readonly SpanColumns[];
  readonly #places: Places;
  readonly #colours: Colours;
  readonly #raster = new Raster();
  readonly #endMs: number;
  readonly #overview: uPlot;
  readonly #chart: uPlot;

  constructor(timeline: Timeline, lanes: readonly SpanColumns[], places: Places, onPoint: (at: Pointed) => void) {
    this.#timeline = timeline;
    this.#lanes = lanes;
    this.#places = places;
    this.#colours = coloursOf(places.lanes);
    this.#endMs = Math.max(1, timeline.endUs / 1000);
    this.#overview = this.#makeOverview();
    this.#chart = this.#makeChart(onPoint);
    this.resize();
  }

  /** How high the visible part is, and how high all lanes are. */
  static heights(lanes: number): { lane: number; visible: number; whole: number } {
    // Few lanes are drawn higher; a whole number of many lanes is visible, the others are scrolled to.
    const lane = Math.max(SIZES.laneLeast, Math.min(SIZES.laneMost, Math.floor(SIZES.lanes / 2 / Math.max(1, lanes))));
    const visible = Math.min(lanes, Math.floor(SIZES.lanes / lane));
    return { lane, visible: visible * lane + SIZES.axis, whole: lanes * lane + SIZES.axis };
  }

  destroy(): void {
    this.#overview.destroy();
    this.#chart.destroy();
  }

  resize(): void {
    const width = Math.max(200, this.#places.overview.clientWidth);
    this.#overview.setSize({ width, height: SIZES.overview });
    const inner = Math.max(200, this.#places.scroller.clientWidth);
    this.#chart.setSize({ width: inner, height: Chart.heights(this.#lanes.length).visible });
  }

  /** Draws again: after scrolling. */
  redraw(): void {
    this.#chart.setScale('y', this.#visibleLanes());
  }

  /** The stretch that is shown, in milliseconds. */
  get range(): [number, number] {
    const { min, max } = this.#chart.scales['x'] ?? {};
    return [min ?? 0, max ?? this.#endMs];
  }

  /** Shows a stretch, as far as there is one. */
  show(fromMs: number, toMs: number): void {
    const span = Math.min(this.#endMs, Math.max(SPAN_MS_MIN, toMs - fromMs));
    const from = Math.max(0, Math.min(this.#endMs - span, fromMs));
    this.#chart.setScale('x', { min: from, max: from + span });
  }

  /** Shows a factor less or more around a moment. */
  zoom(factor: number, aroundMs?: number): void {
    const [from, to] = this.range;
    const around = aroundMs ?? (from + to) / 2;
    this.show(around - (around - from) * factor, around + (to - around) * factor);
  }

  /** Moves the stretch by a share of its length. */
  pan(share: number): void {
    const [from, to] = this.range;
    const by = (to - from) * share;
    this.show(from + by, to + by);
  }

  reset(): void {
    this.show(0, this.#endMs);
  }

  /** Shows a moment from nearby, and the lane that it is about. */
  lookAt(us: number, lane: number | null | undefined): void {
    this.show(us / 1000 - CLOSE_MS, us / 1000 + CLOSE_MS);
    if (lane === null || lane === undefined) return;
    const { min, max } = this.#visibleLanes();
    if (lane >= min && lane + 1 <= max) return;
    const { lane: height } = Chart.heights(this.#lanes.length);
    this.#places.scroller.scrollTop = Math.max(0, (lane - (max - min) / 2) * height);
  }

  /** The moment below a pixel of the window. */
  msAt(clientX: number): number {
    return this.#chart.posToVal(clientX - this.#chart.over.getBoundingClientRect().left, 'x');
  }

  #visibleLanes(): { min: number; max: number } {
    const { lane, visible } = Chart.heights(this.#lanes.length);
    const first = this.#places.scroller.scrollTop / lane;
    return { min: first, max: first + (visible - SIZES.axis) / lane };
  }

  #makeChart(onPoint: (at: Pointed) => void): uPlot {
    const { dim, line } = this.#colours;
    const font = '12px system-ui, sans-serif';
    return new uPlot(
      {
        width: 400,
        height: Chart.heights(this.#lanes.length).visible,
        padding: [0, SIZES.right, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, dist: 4 } },
        scales: {
          x: { time: false, min: 0, max: this.#endMs },
          y: { dir: -1, range: () => Object.values(this.#visibleLanes()) as [number, number] },
        },
        axes: [
          {
            stroke: dim,
            font,
            size: SIZES.axis,
            grid: { show: false },
            ticks: { stroke: line },
            space: 84,
            values: withUnits,
          },
          {
            stroke: dim,
            font,
            size: SIZES.names,
            grid: { show: false },
            ticks: { show: false },
            splits: (_chart, _axis, min, max) => this.#middles(min, max),
            values: (_chart, splits) => splits.map((lane) => this.#nameOf(Math.floor(lane))),
          },
        ],
        series: [{}, { scale: 'y' }],
        hooks: {
          draw: [(chart) => this.#paint(chart)],
          setScale: [(_chart, key) => void (key === 'x' && this.#overview.redraw(false))],
          // Not its cursor: that also moves when the stretch does and the mouse does not.
          ready: [(chart) => chart.over.addEventListener('mousemove', (event) => onPoint(this.#pointed(chart, event)))],
        },
      },
      [
        [0, this.#endMs],
        [null, null],
      ],
      this.#places.lanes,
    );
  }

  #nameOf(lane: number): string {
    return this.#timeline.lanes[lane]?.name.replace(' thread ', '.') ?? '';
  }

  #middles(min: number, max: number): number[] {
    const middles: number[] = [];
    for (let lane = Math.floor(min); lane < Math.min(max, this.#lanes.length); lane++) {
      if (lane + 0.5 >= min && lane + 0.5 <= max) middles.push(lane + 0.5);
    }
    return middles;
  }

  #paint(chart: uPlot): void {
    const { ctx: context, bbox } = chart;
    const [fromMs, toMs] = this.range;
    const lanes = this.#visibleLanes();
    const view: View = {
      width: Math.max(1, Math.round(bbox.width)),
      height: Math.max(1, Math.round(bbox.height)),
      fromUs: fromMs * 1000,
      toUs: toMs * 1000,
      firstLane: lanes.min,
      laneHeight: bbox.height / (lanes.max - lanes.min),
    };
    const [left, top] = [Math.round(bbox.left), Math.round(bbox.top)];
    context.putImageData(this.#raster.draw(this.#lanes, view, this.#colours), left, top);
    context.save();
    context.beginPath();
    context.rect(left, top, view.width, view.height);
    context.clip();
    context.translate(left, top);
    new Overlay(context, view, this.#colours).draw(this.#timeline, this.#lanes);
    context.restore();
  }

  #pointed(chart: uPlot, { clientX, clientY }: MouseEvent): Pointed {
    const { left, top } = chart.over.getBoundingClientRect();
    const [fromMs, toMs] = this.range;
    return {
      us: chart.posToVal(clientX - left, 'x') * 1000,
      lane: Math.floor(chart.posToVal(clientY - top, 'y')),
      usPerPixel: ((toMs - fromMs) * 1000) / Math.max(1, chart.over.clientWidth),
    };
  }

  #makeOverview(): uPlot {
    const { dim, line, accent } = this.#colours;
    const font = '12px system-ui, sans-serif';
    return new uPlot(
      {
        width: 400,
        height: SIZES.overview,
        padding: [8, SIZES.right, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
        scales: {
          x: { time: false, range: [0, this.#endMs] },
          y: { range: (_chart, _min, max) => [0, max * 1.05 || 1] },
        },
        axes: [
          { show: false },
          { stroke: dim, font, size: SIZES.names, grid: { stroke: line }, ticks: { show: false }, space: 26 },
        ],
        series: [{}, { stroke: accent, fill: `${accent}33`, width: 1.5, points: { show: false } }],
        hooks: {
          draw: [(chart) => this.#frame(chart)],
          setSelect: [
            (chart) => {
              const { left, width } = chart.select;
              if (width > 0) this.show(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
              chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      throughputOf(this.#lanes, this.#timeline.endUs, SLICES),
      this.#places.overview,
    );
  }

  /** The stretch that the lanes show, as a frame. */
  #frame(overview: uPlot): void {
    const { ctx: context, bbox } = overview;
    // Drawn once before there are lanes.
    if (!(this.#chart as uPlot | undefined)) return;
    const [fromMs, toMs] = this.range;
    if (toMs - fromMs >= this.#endMs * 0.999) return;
    const [from, to] = [overview.valToPos(fromMs, 'x', true), overview.valToPos(toMs, 'x', true)];
    context.save();
    context.strokeStyle = this.#colours.text;
    context.lineWidth = 2 * devicePixelRatio;
    context.strokeRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    context.restore();
  }
}

/** Seconds from afar, milliseconds from nearby. */
function withUnits(_chart: uPlot, splits: number[]): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0);
  return splits.map((value) =>
    span > 3000 ? `${Number((value / 1000).toFixed(3))} s` : `${Number(value.toFixed(4))} ms`,
  );
}
