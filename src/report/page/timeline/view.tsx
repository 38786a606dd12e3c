import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SpanColumns } from '../../../timeline/pack.ts';
import type { Timeline } from '../../../timeline/timeline.ts';
import { wholeNumber } from '../../numbers.ts';
import { themeChanges } from '../shared/theme-changes.ts';
import { Chart, type Pointed } from './chart.ts';
import { Legend } from './legend.tsx';
import { readoutOf } from './readout.ts';
import { unpack } from './unpack.ts';
import { inMs } from '../shared/units.ts';

interface TimelineProps {
  timeline: Timeline;
  /** A moment that somebody asked to see. */
  focus: { atUs: number; lane: number | null } | undefined;
}

/** What happened in one trial: throughput, and a lane for each worker. */
export function TimelineView({ timeline, focus }: TimelineProps) {
  const frame = useRef<HTMLElement>(null);
  const overview = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>(undefined);
  const [lanes, setLanes] = useState<SpanColumns[]>();
  const [problem, setProblem] = useState('');
  const [readout, setReadout] = useState('');
  const moments = useMemo(() => momentsOf(timeline), [timeline]);
  useEffect(() => {
    unpack(timeline.packed).then(setLanes, (error: unknown) => setProblem(String(error)));
  }, [timeline]);
  useEffect(() => {
    if (!lanes || !overview.current || !scroller.current || !place.current) return undefined;
    const places = { overview: overview.current, scroller: scroller.current, lanes: place.current };
    const onPoint = (at: Pointed): void => setReadout(readoutOf(timeline, lanes, at));
    return operate(chart, () => new Chart(timeline, lanes, places, onPoint), places);
  }, [lanes]);
  useEffect(() => {
    if (!focus) return;
    chart.current?.lookAt(focus.atUs, focus.lane);
    frame.current?.scrollIntoView({ block: 'nearest' });
  }, [focus]);
  const jump = (direction: 1 | -1): void => {
    const [from, to] = chart.current?.range ?? [0, 0];
    const nowUs = (from + to) * 500;
    const next = nextOf(moments, nowUs, direction);
    if (!next) return setReadout('Nothing more in this direction.');
    chart.current?.lookAt(next.atUs, next.lane);
    setReadout(`${inMs(next.atUs)} ms: ${next.text}`);
  };
  const { visible, whole } = Chart.heights(timeline.lanes.length);
  const { total, grainUs } = timeline.operations;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys work on the whole timeline
    <section
      ref={frame}
      class="timeline"
      tabIndex={0}
      aria-label={`Timeline of trial ${timeline.trial}`}
      aria-keyshortcuts="ArrowLeft ArrowRight Plus Minus 0 N P"
      onKeyDown={(event) => onKey(event, chart.current, jump)}
    >
      <h3>Timeline of trial {timeline.trial}</h3>
      <p class="dim">
        {wholeNumber(total)} operations of {timeline.lanes.length} workers in {inMs(timeline.endUs)} ms
        {grainUs > 0 && <>; successful ones within {inMs(grainUs)} ms are one block</>}. Drag to zoom.
      </p>
      <Toolbar chart={chart} jump={jump} hasMoments={moments.length > 0} />
      {problem !== '' && <p class="notice">The timeline cannot be drawn here: {problem}</p>}
      <p class="axis-title">operations/s</p>
      <div ref={overview} class="overview" aria-hidden="true" />
      <div ref={scroller} class="lanes" style={{ height: `${visible + 2}px` }}>
        <div style={{ height: `${whole}px` }}>
          <div ref={place} class="sticky" data-ready={lanes !== undefined} aria-hidden="true" />
        </div>
      </div>
      <p class="readout" role="status">
        {readout || 'Point at an operation to see what it is.'}
      </p>
      <Legend timeline={timeline} />
    </section>
  );
}

interface ToolbarProps {
  chart: { current: Chart | undefined };
  jump: (direction: 1 | -1) => void;
  hasMoments: boolean;
}

function Toolbar({ chart, jump, hasMoments }: ToolbarProps) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Timeline">
      <button type="button" onClick={() => chart.current?.zoom(0.5)} title="Zoom in (+)">
        + <span>Zoom in</span>
      </button>
      <button type="button" onClick={() => chart.current?.zoom(2)} title="Zoom out (−)">
        − <span>Zoom out</span>
      </button>
      <button type="button" onClick={() => chart.current?.pan(-0.5)} title="Earlier (←)" aria-label="Earlier">
        ←
      </button>
      <button type="button" onClick={() => chart.current?.pan(0.5)} title="Later (→)" aria-label="Later">
        →
      </button>
      <button type="button" onClick={() => chart.current?.reset()} title="All of it (0)">
        All
      </button>
      {hasMoments && (
        <>
          <button type="button" onClick={() => jump(-1)} title="Previous kill, pause or sign (p)">
            Previous event
          </button>
          <button type="button" onClick={() => jump(1)} title="Next kill, pause or sign (n)">
            Next event
          </button>
        </>
      )}
    </div>
  );
}

function onKey(event: KeyboardEvent, chart: Chart | undefined, jump: (direction: 1 | -1) => void): void {
  if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => chart.pan(-0.2),
    ArrowRight: () => chart.pan(0.2),
    '+': () => chart.zoom(0.5),
    '=': () => chart.zoom(0.5),
    '-': () => chart.zoom(2),
    '0': () => chart.reset(),
    n: () => jump(1),
    p: () => jump(-1),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** Keeps a chart in its place: drawn anew with other colours, fitted to the width, zoomed by the wheel. */
function operate(
  chart: { current: Chart | undefined },
  make: () => Chart,
  { scroller, overview }: { scroller: HTMLElement; overview: HTMLElement },
): () => void {
  let scheduled = 0;
  const renew = (): void => {
    const range = chart.current?.range;
    chart.current?.destroy();
    chart.current = make();
    if (range) chart.current.show(...range);
  };
  const soon = (): void => {
    cancelAnimationFrame(scheduled);
    scheduled = requestAnimationFrame(() => chart.current?.redraw());
  };
  const onWheel = (event: WheelEvent): void => {
    if (event.ctrlKey) chart.current?.zoom(event.deltaY < 0 ? 0.8 : 1.25, chart.current.msAt(event.clientX));
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      chart.current?.pan((event.shiftKey ? event.deltaY || event.deltaX : event.deltaX) / 800);
    } else return;
    event.preventDefault();
  };
  renew();
  const observer = new ResizeObserver(() => chart.current?.resize());
  observer.observe(overview);
  themeChanges.addEventListener('change', renew);
  scroller.addEventListener('scroll', soon, { passive: true });
  scroller.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    observer.disconnect();
    cancelAnimationFrame(scheduled);
    themeChanges.removeEventListener('change', renew);
    scroller.removeEventListener('scroll', soon);
    scroller.removeEventListener('wheel', onWheel);
    chart.current?.destroy();
    chart.current = undefined;
  };
}

interface Moment {
  atUs: number;
  lane: number | null;
  text: string;
}

function momentsOf({ strikes, signs }: Timeline): Moment[] {
  const struck = strikes.map(({ fault, worker, atUs, lanes }) => ({
    atUs,
    lane: lanes[0] ?? null,
    text: `${fault} of ${worker}`,
  }));
  const seen = signs.map(({ check, atUs, lane, text }) => ({ atUs, lane, text: `${check}: ${text}` }));
  return [...struck, ...seen].toSorted((a, b) => a.atUs - b.atUs);
}

/** The next moment in a direction; one that is in the middle already is passed over. */
function nextOf(moments: readonly Moment[], nowUs: number, direction: 1 | -1): Moment | undefined {
  const isBeyond = ({ atUs }: Moment): boolean => (atUs - nowUs) * direction > 1;
  return direction > 0 ? moments.find(isBeyond) : moments.findLast(isBeyond);
}
