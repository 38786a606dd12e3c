import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, describe, it } from 'vitest';
import { excerptOf } from '../../src/timeline/excerpt.ts';
import { extractTimeline, laneOf } from '../../src/timeline/extract.ts';
import { inflate } from '../../src/timeline/deflate.ts';
import { spansOf, unpackSpans } from '../../src/timeline/pack.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import { crashboard } from '../support/crashboard.ts';
import { LONG, BRIEFLY_UNSAFE, scenarioFile } from '../support/scenario-file.ts';
import { someLanes, timelineOf } from '../support/timeline.ts';

describe('the timeline of a real trial', () => {
  it('has a lane for each place, whoever took it, and tells what was in flight at each kill', async () => {
    const path = scenarioFile({ ...LONG, faults: LONG.faults?.slice(0, 1) ?? [], durationMs: 1500 });
    const { exitCode, folder, run, stdout } = await crashboard(['run', path, '--keep', '--seed', 'a']);
    // On a busy machine claims may not collide: then it is inconclusive, and the timeline is there all the same.
    expect([0, 3], stdout).toContain(exitCode);
    const cell = run().cells[0];
    const timeline = extractTimeline(join(folder, 'trials', 'long-immediate-1'));
    expect(timeline.lanes.map(({ name }) => name)).toEqual(['w1', 'w2', 'w3', 'w4']);
    const kills = timeline.strikes.filter(({ fault }) => fault === 'kill');
    expect(kills).toHaveLength(cell?.kills.total ?? -1);
    expect(kills.filter(({ inTransaction }) => inTransaction)).toHaveLength(cell?.kills.inTransaction ?? -1);
    const inFlight = kills.flatMap((kill) => kill.inFlight);
    expect(inFlight.length).toBe(cell?.kills.inFlight);
    const lives = timeline.lanes.reduce((sum, { workers }) => sum + workers.length, 0);
    // One whose life was too short for a first record has none in its history.
    expect(lives).toBeGreaterThan(4);
    expect(lives).toBeLessThanOrEqual(4 + kills.length);
    const spans = unpackSpans(inflate(timeline.packed)).flatMap(spansOf);
    const counts = Object.values(cell?.operations ?? {}).filter((counts) => typeof counts === 'object');
    const told = counts.reduce((sum, { ok, fail, indeterminate }) => sum + ok + fail + indeterminate, 0);
    expect(spans).toHaveLength(told);
    expect(spans.filter(({ outcome }) => outcome === 'in-flight')).toHaveLength(inFlight.length);
    // What the run wrote down also knows what became of them: only the audit trail does.
    const written = JSON.parse(readFileSync(join(folder, cell?.perTrial[0]?.timeline ?? 'none'), 'utf8')) as Timeline;
    const fates = written.strikes.flatMap((strike) => strike.inFlight.map(({ fate }) => fate));
    expect(fates).not.toContain('unknown');
    expect(fates.filter((fate) => fate === 'committed')).toHaveLength(cell?.operations.inFlightCommitted ?? -1);
    expect(fates.filter((fate) => fate === 'absent')).toHaveLength(cell?.operations.inFlightAbsent ?? -1);
    // At some moment somebody was seen in a write transaction.
    expect(written.lockSamples.length).toBeGreaterThan(0);
  });

  it('marks the signs of damage where they were seen', async () => {
    const { folder, run } = await crashboard(['run', scenarioFile(BRIEFLY_UNSAFE)]);
    const timelines = (run().cells[0]?.perTrial ?? []).map(
      ({ timeline }) => JSON.parse(readFileSync(join(folder, timeline ?? 'none'), 'utf8')) as Timeline,
    );
    const telling = timelines.find(({ signs }) => signs.some(({ check }) => check === 'locks'));
    expect(telling?.signs.map(({ check }) => check)).toContain('hazard');
    for (const { lane, atUs } of telling?.signs ?? []) {
      expect(lane).not.toBeNull();
      expect(atUs).toBeLessThanOrEqual(telling?.endUs ?? 0);
    }
  });
});

describe('a lane', () => {
  it.each([
    ['w3.1', 'w3'],
    ['w3.1.2', 'w3 thread 2'],
    ['d1.0', 'd1'],
  ])('of %s is %s', (worker, lane) => {
    expect(laneOf(worker)).toBe(lane);
  });
});

describe('an excerpt', () => {
  it('shows what the workers did around the first sign, within 100 columns', () => {
    const lines = excerptOf(timelineOf(someLanes(6, 20)));
    expect(lines.join('\n')).toMatch(/^ +ms +w\d/);
    expect(lines.join('\n')).toContain('◆ locks');
    expect(lines.at(-1)).toBe('◆ locks: without its lock: SHARED');
    expect(lines.length).toBeGreaterThan(8);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    const moments = lines.slice(1, -1).map((line) => Number(line.slice(0, 8)));
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  });

  it('is empty where nothing went wrong', () => {
    expect(excerptOf(timelineOf(someLanes(2, 20), { signs: [] }))).toEqual([]);
  });
});
