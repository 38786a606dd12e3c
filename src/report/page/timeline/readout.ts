import { OPERATION_KINDS } from '../../../history/record.ts';
import type { SpanColumns } from '../../../timeline/pack.ts';
import { OUTCOMES, type Timeline } from '../../../timeline/timeline.ts';
import type { Pointed } from './chart.ts';
import { spanAt } from './spans.ts';
import { inMs } from '../shared/units.ts';

const TOLD: Record<string, string> = {
  ok: 'committed',
  refused: 'refused by the board’s rules',
  fail: 'failed',
  info: 'nobody knows',
  'in-flight': 'in flight when its worker was gone',
};
/** How far from the pointer something may be, in pixels. */
const REACH = 6;

/** What somebody points at, in a line of text. */
export function readoutOf(
  timeline: Timeline,
  lanes: readonly SpanColumns[],
  { us, lane, usPerPixel }: Pointed,
): string {
  const withinUs = usPerPixel * REACH;
  const isNear = (atUs: number): boolean => Math.abs(atUs - us) <= withinUs;
  const parts = [`${inMs(us)} ms`, timeline.lanes[lane]?.name ?? ''];
  for (const { fault, lanes: struck, atUs, durationUs } of timeline.strikes) {
    const isHere = struck.includes(lane) && (isNear(atUs) || (us > atUs && us < atUs + durationUs));
    if (isHere) parts.push(fault === 'kill' ? 'SIGKILL' : `stopped for ${inMs(durationUs)} ms`);
  }
  for (const sign of timeline.signs) {
    if ((sign.lane === lane || sign.lane === null) && isNear(sign.atUs)) parts.push(`${sign.check}: ${sign.text}`);
  }
  if (timeline.lockSamples.some(([holder, atUs]) => holder === lane && isNear(atUs))) {
    parts.push('seen holding the write lock');
  }
  const spans = lanes[lane];
  const index = spans ? spanAt(spans, us, withinUs) : -1;
  if (spans && index >= 0) parts.push(operationAt(spans, index));
  return parts.filter(Boolean).join(' · ');
}

function operationAt(spans: SpanColumns, index: number): string {
  const [start, end] = [spans.startUs[index] as number, spans.endUs[index] as number];
  const kind = OPERATION_KINDS[spans.kind[index] as number] ?? '';
  const outcome = OUTCOMES[spans.outcome[index] as number] ?? '';
  const count = spans.count[index] as number;
  if (count > 1) return `${count} operations, ${inMs(end - start)} ms together`;
  return `${kind}, ${inMs(end - start)} ms, ${TOLD[outcome] ?? outcome}`;
}
