import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coarsen } from '../timeline/coarsen.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { wholeNumber } from './numbers.ts';
import type { CellJson } from './run-schema.ts';

/** All timelines of a page together take no more, as JSON: a page that opens at once is worth more than the last of them. */
const LENGTH_MAX = 2_000_000;
/** Below this a timeline shows too little to be worth its place. */
const SPANS_LEAST = 500;

/** A trial whose timeline could be shown. */
interface Candidate {
  path: string;
  cell: CellJson;
  /** Place among the trials of its cell: those that failed come first. */
  rank: number;
}

/**
 * Chooses the timelines of a page: one of each cell first, of a trial that failed if there is any, then more as long as
 * there is room. Where even one of each is too much, each becomes coarser.
 * @param folder of the run. @param room what is left of the page, in characters of JSON.
 */
export function chooseTimelines(
  cells: readonly CellJson[],
  folder: string,
  room: number,
): { timelines: Record<string, Timeline>; leftOut: string[] } {
  const candidates = cells.flatMap(candidatesOf).toSorted((a, b) => a.rank - b.rank);
  const firstOnes = candidates.filter(({ rank }) => rank === 0).length;
  const lengthMax = Math.min(LENGTH_MAX, room);
  const share = Math.floor(lengthMax / Math.max(1, firstOnes));
  const timelines: Record<string, Timeline> = {};
  let length = 0;
  let coarser = 0;
  for (const { path, rank } of candidates) {
    const whole = readTimeline(join(folder, path));
    const free = rank === 0 ? share : lengthMax - length;
    const fitting = whole && (rank === 0 ? fit(whole, free) : lengthOf(whole) <= free ? whole : undefined);
    if (!fitting) continue;
    if (fitting !== whole) coarser++;
    timelines[path] = fitting;
    length += lengthOf(fitting);
  }
  return { timelines, leftOut: remarks(cells, Object.values(timelines), coarser) };
}

function candidatesOf(cell: CellJson): Candidate[] {
  const trials = cell.perTrial.toSorted((a, b) => Number(b.failed) - Number(a.failed));
  return trials.flatMap(({ timeline }) => timeline ?? []).map((path, rank) => ({ path, cell, rank }));
}

function readTimeline(path: string): Timeline | undefined {
  if (!existsSync(path)) return undefined;
  const timeline = JSON.parse(readFileSync(path, 'utf8')) as Timeline;
  return timeline.version === 1 ? timeline : undefined;
}

function fit(timeline: Timeline, room: number): Timeline | undefined {
  let fitting = timeline;
  for (let spans = timeline.operations.spans; lengthOf(fitting) > room; spans = Math.floor(spans / 2)) {
    if (spans < SPANS_LEAST) return undefined;
    fitting = coarsen(timeline, spans);
  }
  return fitting;
}

function lengthOf(timeline: Timeline): number {
  return JSON.stringify(timeline).length;
}

function remarks(cells: readonly CellJson[], shown: readonly Timeline[], coarser: number): string[] {
  const trials = cells.reduce((sum, cell) => sum + cell.trials, 0);
  const merged = shown.filter(({ operations }) => operations.grainUs > 0);
  const dropped = shown.reduce((sum, { operations }) => sum + operations.leftOut, 0);
  const texts: string[] = [];
  if (shown.length < trials) {
    texts.push(
      `Timelines of ${wholeNumber(shown.length)} of ${wholeNumber(trials)} trials are in this page: of each cell the trials that failed first, then the first ones, as many as fit.`,
    );
  }
  if (merged.length > 0) {
    texts.push(
      `In ${merged.length} of them successful operations that lie close together are drawn as one block with their number${coarser > 0 ? ', so that the page stays below 3 MB' : ''}; failures, kills, pauses and signs of damage are all drawn.`,
    );
  }
  if (dropped > 0) texts.push(`${wholeNumber(dropped)} failed operations are not drawn: there are too many.`);
  return texts;
}
