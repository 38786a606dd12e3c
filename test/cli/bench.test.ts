import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchJsonSchema, type BenchJson } from '../../src/sweep/json/bench-schema.ts';
import { crashboard, PROJECT, startCrashboard } from '../support/crashboard.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { treeOf } from '../support/tree.ts';

const SMALL =
  'bench busy-timeout --param policy=immediate --param writers=2 --param loop=open --param rate=20 --duration 400ms --seed b';

/** Runs a bench into a folder of its own. */
async function bench(line: string, env: Record<string, string> = {}, folder = temporaryFolder()) {
  const output = join(folder, 'output');
  const finished = await crashboard([...line.split(' '), '--output', output], { output: null, env });
  const json = (): BenchJson =>
    benchJsonSchema.parse(JSON.parse(readFileSync(join(output, 'latest-bench', 'bench.json'), 'utf8')));
  return { ...finished, json, output };
}

describe('a bench', () => {
  it('measures each cell, writes what its schema says, and recommends', async () => {
    const done = await bench(`${SMALL} --param busyTimeout=0,5s --repetitions 2`);
    expect(done.exitCode, done.stderr).toBe(0);
    const json = done.json();
    expect(json.cells.map(({ id, repetitions }) => [id, repetitions.length])).toEqual([
      ['policy=immediate busyTimeout=0 writers=2 loop=open rate=20/s', 2],
      ['policy=immediate busyTimeout=5 s writers=2 loop=open rate=20/s', 2],
    ]);
    for (const { repetitions, metrics, curves } of json.cells) {
      expect(metrics['throughput']?.value).toBeGreaterThan(5);
      for (const { timesMs, workers } of repetitions) {
        expect(workers).toHaveLength(2);
        // The transaction is held open for 2 ms: that is its work under the lock.
        expect(timesMs.work.p50).toBeGreaterThan(1.9);
        expect(timesMs.latency.p50).toBeGreaterThanOrEqual(timesMs.work.p50 * 0.9);
      }
      expect(curves.latency.map(({ ms }) => ms)).toEqual(curves.latency.map(({ ms }) => ms).toSorted((a, b) => a - b));
    }
    expect(json.recommendation?.value).toBe('5 s');
    expect(done.stdout).toMatch(/→ with 2 writers at 20\/s each/);
    expect(done.stdout).toMatch(/seed b/);
    expect(existsSync(join(done.output, 'latest-bench', 'work'))).toBe(false);
    expect(readFileSync(join(done.output, 'latest-bench', 'report.html'), 'utf8')).toContain(json.plan.digest);
    expect(done.stdout).toMatch(/report: \S+report\.html\n$/);
  });

  it('shows who waits behind a writer that is stopped', async () => {
    const line = 'bench stopped-writer --param busyTimeout=30s --param loop=open --param writers=3 --param stop=600ms';
    const done = await bench(`${line} --param hold=2ms --duration 1500ms --repetitions 1`);
    expect(done.exitCode, done.stderr).toBe(0);
    const [cell] = done.json().cells;
    const [strip] = done.json().strips;
    expect(strip?.stop.inTransaction).toBe(true);
    const others = strip?.workers.filter(({ worker }) => worker !== strip.stop.worker) ?? [];
    expect(others).toHaveLength(2);
    for (const { bins } of others) expect(bins.filter((state) => state === 'waiting').length).toBeGreaterThan(10);
    // From the intended start everybody was late; most operations by themselves were quick.
    expect(cell?.repetitions[0]?.timesMs.latency.p90).toBeGreaterThan(200);
    expect(cell?.repetitions[0]?.timesMs.service.p50).toBeLessThan(100);
    expect(done.stdout).toContain('■■■■');
  });

  it('misses a threshold with exit code 3, and keeps one with 0; a table on standard output stands there alone', async () => {
    const one = `${SMALL} --param busyTimeout=5s --repetitions 2 --threshold`;
    const [missed, kept] = await Promise.all([
      bench(`${one} throughput>100000/s`),
      bench(`${one} p99<60s --reporter csv --output-file.csv -`),
    ]);
    expect(missed.exitCode, missed.stderr).toBe(3);
    expect(missed.stdout).toMatch(/✗ throughput>100000\/s missed by policy=immediate/);
    expect(missed.json().exitCode).toBe(3);
    expect(kept.exitCode, kept.stderr).toBe(0);
    expect(kept.stdout).toMatch(/^crashboard_seed,plan,bench,cell,repetitions,metric,.*\r\nb,/);
    expect(kept.stderr).toContain('✓ p99<60s kept');
    expect(existsSync(join(kept.output, 'latest-bench', 'report.html'))).toBe(false);
  });

  it('calls a slow-down of one policy that is planted in the workers, and nothing else', async () => {
    const folder = temporaryFolder();
    const base = join(folder, 'base.json');
    const line =
      'bench durability-tax --param policy=immediate,deferred --param synchronous=NORMAL --param autocheckpoint=1000 ' +
      '--param writers=1 --duration 200ms --repetitions 8';
    const saved = await bench(`${line} --save-baseline ${base}`, {}, folder);
    expect(saved.exitCode, saved.stderr).toBe(0);
    const NODE_OPTIONS = `--require ${join(PROJECT, 'test/fixtures/slow-policy.cjs')}`;
    // Three times as long: this is about the way of the gate, not about its sharpness.
    const slow = await bench(`${line} --baseline ${base}`, { NODE_OPTIONS, PLANTED_SLOWDOWN: '2' }, folder);
    expect(slow.exitCode, slow.stdout).toBe(3);
    const missed = slow.json().thresholds.filter(({ verdict }) => verdict === 'missed');
    expect(missed).toEqual([
      expect.objectContaining({ cell: expect.stringContaining('policy=immediate'), threshold: 'floor<+10%' }),
    ]);
  });

  it('stops with what there is on Ctrl-C', async () => {
    const output = join(temporaryFolder(), 'output');
    const args = [...`${SMALL} --param busyTimeout=1s,5s --repetitions 50`.split(' '), '--output', output];
    const underWay = startCrashboard(args, { output: null });
    const isUnderWay = (): boolean => globSync(join(output, '*', 'work', 'step-3-*')).length > 0;
    await eventually('some trials are done', isUnderWay);
    process.kill(-underWay.pid, 'SIGINT');
    const { exitCode, stdout } = await underWay.finished;
    expect(exitCode, stdout).toBe(130);
    expect(stdout).toMatch(/stopped after \d+ of 100 trials/);
    const json = benchJsonSchema.parse(JSON.parse(readFileSync(join(output, 'latest-bench', 'bench.json'), 'utf8')));
    expect(json.interrupted).toBe(true);
  });
});

describe('a bench that cannot be meant is refused, and nothing is written', () => {
  it.each([
    ['an unknown parameter', 'bench --param writer=2', /no parameter is named "writer" — did you mean "writers"\?/],
    ['a parameter without values', 'bench --param writers', /expected name=value,value such as writers=2,8/],
    ['a grid of days', 'bench --duration 1h', /would take about \d+\.\d h; give fewer values .* or --yes/],
    ['a threshold that does not parse', 'bench --quick --threshold p99=5ms', /threshold "p99=5ms" does not parse/],
    ['a foreign baseline', 'bench --quick --baseline mine.txt', /mine.txt: is no baseline of crashboard/],
    [
      'a reporter of storms',
      'bench --quick --reporter junit',
      /--reporter junit tells of storms; .* html, csv and markdown/,
    ],
    ["a user's file", 'bench --quick --save-baseline mine.txt', /mine.txt: is there and is no baseline/],
  ])('%s', async (_what, line, message) => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'mine.txt'), 'do not touch\n');
    const before = treeOf(home);
    const { exitCode, stderr, stdout } = await crashboard(line.split(' '), { cwd: home, output: null });
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(treeOf(home)).toEqual(before);
  });
});
