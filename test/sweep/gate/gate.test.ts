import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  marksOf,
  readBaseline,
  refuseForeignBaseline,
  refuseForeignFile,
  saveBaseline,
} from '../../../src/sweep/gate/baseline.ts';
import { judgeThresholds } from '../../../src/sweep/gate/gate.ts';
import { parseThreshold } from '../../../src/sweep/gate/threshold.ts';
import { sweepOf, timesOf } from '../../support/measurements.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HERE = {
  node: 'v24',
  sqlite: '3.54.1',
  platform: 'linux x64',
  kernel: '6',
  cpu: 'x',
  cores: 2,
  memoryMiB: 1,
  fileSystem: 'ext4',
  load: 0,
};
const ABOUT = { crashboard: '1', trialMs: 250, environment: HERE };
const wobble = (repetition: number): number => 1 + ((repetition * 7) % 5) / 100;

/** A sweep in which an operation takes so many milliseconds undisturbed. */
const measured = (floorMs: number, repetitions = 12) =>
  sweepOf({}, repetitions, ({ axes }, repetition) => ({
    floorMs: (axes.busyTimeoutMs === 0 ? floorMs : 1) * wobble(repetition),
    timesMs: timesOf(40),
    throughputPerSecond: 1000,
  }));

function baselineOf(floorMs: number): string {
  const path = join(temporaryFolder(), 'base.json');
  const { bench, cells } = measured(floorMs);
  saveBaseline(path, bench, cells, ABOUT);
  return path;
}

const judged = (floorMs: number, thresholds: string[], baseline?: string) =>
  judgeThresholds(
    { ...measured(floorMs), seed: 's' },
    thresholds.map(parseThreshold),
    baseline === undefined ? undefined : readBaseline(baseline),
  );

describe('a change against the baseline', () => {
  it('misses the threshold where a cell is slower by a fifth, and names that cell alone', () => {
    const missed = judged(1.2, ['floor<+10%'], baselineOf(1)).filter(({ verdict }) => verdict === 'missed');
    expect(missed).toEqual([
      expect.objectContaining({ cell: 'busyTimeout=0', because: expect.stringMatching(/20\.0 %, p = 0\.0/) }),
    ]);
  });

  it('keeps to it where nothing changed, or by less than the threshold', () => {
    const base = baselineOf(1);
    for (const floorMs of [1, 1.05]) {
      expect(judged(floorMs, ['floor<+10%'], base).map(({ verdict }) => verdict)).toEqual(['kept', 'kept']);
    }
  });

  it('keeps to it where it became faster', () => {
    expect(judged(0.7, ['floor<+10%'], baselineOf(1)).every(({ verdict }) => verdict === 'kept')).toBe(true);
  });
});

describe('a value', () => {
  it('misses its limit only with its whole interval', () => {
    expect(judged(1, ['p99<30ms']).map(({ verdict }) => verdict)).toEqual(['missed', 'missed']);
    expect(judged(1, ['p99<50ms', 'throughput>500/s', 'errors<0.1%']).every(({ verdict }) => verdict === 'kept')).toBe(
      true,
    );
    expect(judged(1, ['floor<1.03ms']).map(({ verdict }) => verdict)).toEqual(['kept', 'kept']);
  });
});

describe('a threshold', () => {
  it.each([
    ['p99<50ms', { limit: 50, isRelative: false }],
    ['p99.9 < 1.5s', { limit: 1500, isRelative: false }],
    ['errors<0.1%', { limit: 0.001, isRelative: false }],
    ['throughput>-10%', { limit: -0.1, isRelative: true }],
    ['fairness>0.9', { limit: 0.9, isRelative: false }],
  ])('%s', (text, expected) => {
    const { limit, isRelative } = parseThreshold(text);
    expect(isRelative).toBe(expected.isRelative);
    expect(limit).toBeCloseTo(expected.limit);
  });

  it.each([
    ['p99', /does not parse; expected something like/],
    ['p99<', /does not parse/],
    ['p98<5ms', /no metric is named "p98" — did you mean "p90"\?/],
    ['p99>5ms', /p99 latency must stay < a limit/],
    ['p99<5%', /"5%" is no value of p99 latency/],
    ['throughput>-10/s', /a change is given in %/],
    ['errors<1ms', /"1ms" is no value of errors/],
  ])('refuses %s', (text, message) => {
    expect(() => parseThreshold(text)).toThrow(message);
  });
});

describe('a baseline file', () => {
  it('is refused where it was measured elsewhere, and marked where that matters less', () => {
    const path = baselineOf(1);
    const baseline = readBaseline(path);
    expect(() => refuseForeignBaseline(path, baseline, HERE)).not.toThrow();
    for (const other of [{ cpu: 'y' }, { fileSystem: 'tmpfs' }, { sqlite: '3.50.4' }]) {
      expect(() => refuseForeignBaseline(path, baseline, { ...HERE, ...other })).toThrow(/was measured elsewhere/);
    }
    expect(marksOf(baseline, HERE, '1', 250)).toEqual([]);
    expect(marksOf(baseline, { ...HERE, kernel: '7' }, '2', 500)).toHaveLength(3);
  });

  it('is refused where it is missing, broken or foreign', () => {
    const folder = temporaryFolder();
    const [foreign, broken] = [join(folder, 'foreign.json'), join(folder, 'broken.json')];
    writeFileSync(foreign, '{"a":1}');
    writeFileSync(broken, '{"kind":"crashboard-baseline","version":1}');
    expect(() => readBaseline(join(folder, 'none.json'))).toThrow(/cannot be read \(ENOENT\)/);
    expect(() => readBaseline(foreign)).toThrow(/is no baseline of crashboard/);
    expect(() => readBaseline(broken)).toThrow(/is broken/);
  });

  it("replaces one of ours, and never a user's file", () => {
    const path = baselineOf(1);
    expect(() => refuseForeignFile(path)).not.toThrow();
    const mine = join(temporaryFolder(), 'mine.txt');
    writeFileSync(mine, 'mine');
    expect(() => refuseForeignFile(mine)).toThrow(/is there and is no baseline of crashboard/);
    expect(() => refuseForeignFile(join(mine, 'x.json'))).toThrow(/there is no folder|is there/);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(existsSync(`${path}.partial`)).toBe(false);
  });
});
