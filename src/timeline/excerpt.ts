import { inflate } from './deflate.ts';
import { spansOf, unpackSpans } from './pack.ts';
import type { Span, Timeline } from './timeline.ts';

/** So many events are shown, most of them before the moment. */
const EVENTS_MAX = 18;
const EVENTS_AFTER = 4;
/** More columns than this do not fit a screen. */
const LANES_MAX = 4;
const COLUMN = 22;

/**
 * How the workers' operations lay around the first sign of damage: a line for each begin and end, a column for each worker.
 * @returns lines of at most 100 columns; none for a timeline without a sign of damage.
 */
export function excerptOf(timeline: Timeline): string[] {
  const sign = timeline.signs.filter(({ check }) => check !== 'hazard').toSorted((a, b) => a.atUs - b.atUs)[0];
  if (!sign) return [];
  const lanes = unpackSpans(inflate(timeline.packed)).map(spansOf);
  const all = [...lanes.flatMap(eventsOf), ...strikesOf(timeline)].toSorted((a, b) => a.atUs - b.atUs);
  const cut = all.findIndex(({ atUs }) => atUs > sign.atUs);
  const at = cut === -1 ? all.length : cut;
  const around = all.slice(Math.max(0, at - (EVENTS_MAX - EVENTS_AFTER)), at + EVENTS_AFTER);
  const shown = lanesOf(around, sign.lane);
  const event: Event = { atUs: sign.atUs, lane: sign.lane ?? shown[0] ?? 0, text: `◆ ${sign.check}` };
  const rows = [...around, event].toSorted((a, b) => a.atUs - b.atUs).filter(({ lane }) => shown.includes(lane));
  const head = ['      ms', ...shown.map((lane) => timeline.lanes[lane]?.name ?? '')];
  return [
    lineOf(head),
    ...rows.map(({ atUs, lane, text }) =>
      lineOf([(atUs / 1000).toFixed(2).padStart(8), ...shown.map((each) => (each === lane ? text : '│'))]),
    ),
    `◆ ${sign.check}: ${sign.text}`.slice(0, 100),
  ];
}

interface Event {
  atUs: number;
  lane: number;
  text: string;
}

const ENDS: Record<Span['outcome'], string> = {
  ok: 'ok',
  refused: 'refused',
  fail: 'FAILED',
  info: 'nobody knows',
  'in-flight': 'cut off',
};

function eventsOf(spans: readonly Span[], lane: number): Event[] {
  return spans.flatMap(({ startUs, endUs, kind, outcome, count }) => {
    const name = count > 1 ? `${count} × ${kind}` : kind;
    return [
      { atUs: startUs, lane, text: `┌ ${name}` },
      { atUs: endUs, lane, text: `└ ${name} ${ENDS[outcome]}` },
    ];
  });
}

function strikesOf({ strikes }: Timeline): Event[] {
  return strikes.flatMap(({ fault, lanes, atUs }) => lanes.map((lane) => ({ atUs, lane, text: `✕ ${fault}` })));
}

/** The lanes in which most happens, the one of the sign among them, in their order. */
function lanesOf(events: readonly Event[], needed: number | null): number[] {
  const counts = new Map<number, number>();
  for (const { lane } of events) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  const byCount = [...counts].toSorted(([, a], [, b]) => b - a).map(([lane]) => lane);
  const first = needed === null ? [] : [needed];
  return [...new Set([...first, ...byCount])].slice(0, LANES_MAX).toSorted((a, b) => a - b);
}

function lineOf([moment = '', ...columns]: readonly string[]): string {
  const rest = columns.map((text) => text.slice(0, COLUMN - 1).padEnd(COLUMN));
  return `${moment}  ${rest.join('')}`.trimEnd();
}
