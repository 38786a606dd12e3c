import uPlot from 'uplot';
import type { BenchData } from '../../section/bench-data.ts';

/** A line: its curve, and what tells it from the others. */
export interface Line {
  id: string;
  curve: BenchData['latency-curves'][number]['curves']['latency'];
  style: LineStyle;
}

/** Colour and dashes, so that neither has to be seen. */
export interface LineStyle {
  /** Name of a colour of the style sheet. */
  colour: string;
  dash: number[];
}

const COLOURS = ['op-create', 'op-reclaim', 'op-claim', 'op-complete', 'op-heartbeat', 'text'];
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3]];

/** The style of the line at an index; the first 24 differ. */
export function lineStyle(index: number): LineStyle {
  const round = Math.floor(index / COLOURS.length);
  return {
    colour: COLOURS[index % COLOURS.length] as string,
    dash: DASHES[(index + round) % DASHES.length] as number[],
  };
}

/** Where the maximum stands on the axis of percentiles, which otherwise has no end. */
const MAX_AT = 4.6;
const TICKS = { 0: '0', 50: '50', 90: '90', 99: '99', 99.9: '99.9', 99.99: '99.99', 100: 'max' };
const HEIGHT = 340;

/** Every further nine takes the same room, as tails are what this is about. */
function placeOf(percentile: number): number {
  return percentile >= 100 ? MAX_AT : Math.min(MAX_AT, -Math.log10(1 - percentile / 100));
}

/** Latency over percentiles, on logarithmic axes. @returns what takes it away again. */
export function drawLatencies(place: HTMLElement, lines: readonly Line[]): { destroy(): void; resize(): void } {
  const style = getComputedStyle(place);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const known = new Set(lines.flatMap(({ curve }) => curve.map(({ percentile }) => percentile)));
  const percentiles = [...known].toSorted((a, b) => a - b);
  const at = (line: Line, percentile: number): number | null => {
    const point = line.curve.find((one) => one.percentile === percentile);
    // There is no 0 on a logarithmic axis.
    return point && point.ms > 0 ? point.ms : null;
  };
  const axis = { stroke: read('dim'), font: '12px system-ui, sans-serif', grid: { stroke: read('line'), width: 1 } };
  const isNarrow = place.clientWidth < 500;
  const ticks = Object.entries(TICKS).filter(([percentile]) => !isNarrow || percentile !== '99.99');
  const chart = new uPlot(
    {
      width: widthOf(place),
      height: HEIGHT,
      padding: [8, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [0, MAX_AT + 0.1] },
        y: { distr: 3, range: (_chart, min, max) => rangeOf(lines, min, max) },
      },
      axes: [
        {
          ...axis,
          size: 34,
          splits: ticks.map(([percentile]) => placeOf(Number(percentile))).toSorted((a, b) => a - b),
          values: (_chart, splits) =>
            splits.map((split) => ticks.find(([percentile]) => placeOf(Number(percentile)) === split)?.[1] ?? ''),
        },
        { ...axis, size: 62, values: (_chart, splits) => splits.map((ms) => (isDecade(ms) ? unitsOf(ms) : '')) },
      ],
      series: [
        {},
        ...lines.map(({ style: { colour, dash } }) => ({
          stroke: read(colour),
          width: 2,
          dash,
          points: { show: false },
        })),
      ],
      hooks: { draw: [(drawn) => intervals(drawn, lines, read)] },
    },
    [percentiles.map(placeOf), ...lines.map((line) => percentiles.map((percentile) => at(line, percentile)))],
    place,
  );
  return {
    destroy: () => chart.destroy(),
    resize: () => chart.setSize({ width: widthOf(place), height: HEIGHT }),
  };
}

function widthOf(place: HTMLElement): number {
  return Math.max(240, place.clientWidth);
}

/** Room for the intervals as well. */
function rangeOf(lines: readonly Line[], min: number | null, max: number | null): [number, number] {
  const all = lines.flatMap(({ curve }) => curve.flatMap(({ low, high }) => [low, high])).filter((ms) => ms > 0);
  const [least, most] = [Math.min(min ?? 1, ...all), Math.max(max ?? 10, ...all)];
  return [least / 1.2, Math.max(most, least) * 1.2];
}

/** From the least to the greatest of the repetitions, as a bar beside the line: they would cover each other. */
function intervals(chart: uPlot, lines: readonly Line[], read: (name: string) => string): void {
  const { ctx: context } = chart;
  context.save();
  context.lineWidth = 1.5 * devicePixelRatio;
  context.setLineDash([]);
  const cap = 3 * devicePixelRatio;
  for (const [index, { curve, style }] of lines.entries()) {
    context.strokeStyle = read(style.colour);
    const aside = (index - (lines.length - 1) / 2) * 4 * devicePixelRatio;
    for (const { percentile, low, high } of curve) {
      if (low >= high || low <= 0) continue;
      const x = chart.valToPos(placeOf(percentile), 'x', true) + aside;
      const [bottom, top] = [chart.valToPos(low, 'y', true), chart.valToPos(high, 'y', true)];
      context.beginPath();
      context.moveTo(x, bottom);
      context.lineTo(x, top);
      for (const y of [bottom, top]) {
        context.moveTo(x - cap, y);
        context.lineTo(x + cap, y);
      }
      context.stroke();
    }
  }
  context.restore();
}

function isDecade(ms: number): boolean {
  return Number.isInteger(Number(Math.log10(ms).toFixed(6)));
}

function unitsOf(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${Number(ms.toPrecision(3))} ms`;
}
