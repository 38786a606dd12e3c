import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/check/finding.ts';
import type { TrialReport } from '../../src/check/trial-report.ts';
import type { FaultRecord } from '../../src/fault/fault.ts';
import { BOARD_OPERATIONS } from '../../src/history/record.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import type { TrialFacts } from '../../src/trial/facts.ts';
import { judge, type JudgedTrial } from '../../src/verdict/cell-result.ts';
import { exactInterval } from '../../src/verdict/interval.ts';
import { goodTrial, plannedCell, TrialFolder } from '../check/trial-folder.ts';

const VIOLATION: Finding = { check: 'integrity', severity: 'violation', message: 'broken', evidence: 'board.db' };
const WARNING: Finding = { check: 'locks', severity: 'warning', message: 'lost SHARED', evidence: 'history' };

function fault(name: 'kill' | 'pause', inTransaction: boolean | null = true): FaultRecord {
  const victim = { worker: 'w1.0', pid: 1 };
  return { fault: name, ...victim, atNs: 1, aim: 'random', inTransaction, locks: null, durationMs: 0 };
}

/** Several trials of one cell with a history of their own each; the second and later ones see what is given. */
function trialsOf(count: number, scenario: Partial<ScenarioInput> = {}, facts: Partial<TrialFacts> = {}) {
  const trial = goodTrial(scenario);
  const report = trial.report();
  const judged = Array.from(
    { length: count },
    (_, index): JudgedTrial => ({
      facts: { ...trial.facts, trial: { trial: index + 1, seed: 'x' }, ...facts },
      report,
    }),
  );
  return { cell: trial.cell, report, judged };
}

function withFindings({ facts, report }: JudgedTrial, ...findings: Finding[]): JudgedTrial {
  return { facts, report: { ...report, findings } };
}

describe('the result of a cell', () => {
  it('is inconclusive of no trials', () => {
    const result = judge(plannedCell(), []);
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      outcome: 'open',
      trials: 0,
      failureRate: { low: 0, high: 1 },
      perKillHigh: 1,
      vacuous: ['no trial was finished'],
      throughputPerSecond: 0,
      latencyMs: {},
      latencyMsAll: null,
      replacementMsMedian: null,
    });
  });

  it('is safe of trials that found nothing and put the board to the test', () => {
    const { cell, judged, report } = trialsOf(3);
    const result = judge(cell, judged);
    expect(result).toMatchObject({ verdict: 'safe', outcome: 'held', trials: 3, failures: 0, findings: [], lost: 0 });
    expect(result.failureRate).toEqual(exactInterval(0, 3));
    expect(result.sqliteVersion).toBe(report.sqliteVersion);
    expect(result.acknowledged).toBe(3 * report.acknowledged);
    expect(result.operations.claim.ok).toBe(3 * report.operations.claim.ok);
    expect(result.operations.claim.fail).toBe(3 * report.operations.claim.fail);
    expect(result.claimsLost).toBe(3 * report.claimsLost);
    for (const [key, count] of Object.entries(report.failures)) expect(result.errors[key]).toBe(3 * count);
  });

  it('is unsafe of one trial that found a violation among others that did not', () => {
    const { cell, judged } = trialsOf(3);
    const [first, second, third] = judged as [JudgedTrial, JudgedTrial, JudgedTrial];
    const result = judge(cell, [first, withFindings(second, VIOLATION, { ...VIOLATION, check: 'schema' }), third]);
    expect(result).toMatchObject({ verdict: 'unsafe', outcome: 'violated', failures: 1, perKillHigh: 1 });
    expect(result.failureRate).toEqual(exactInterval(1, 3));
    expect(result.findings.map(({ check, trial }) => [check, trial])).toEqual([
      ['integrity', 2],
      ['schema', 2],
    ]);
  });

  it('is safe of trials that found warnings, and shows them', () => {
    const { cell, judged } = trialsOf(2);
    const result = judge(
      cell,
      judged.map((trial) => withFindings(trial, WARNING)),
    );
    expect(result).toMatchObject({ verdict: 'safe', failures: 0 });
    expect(result.findings).toHaveLength(2);
  });

  it('catches real damage, from the page to the verdict', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    const result = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
    expect(result).toMatchObject({ verdict: 'unsafe', outcome: 'violated', failures: 1 });
    expect(result.lost).toBeGreaterThan(0);
    expect(result.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['integrity', 'acknowledged', 'event-trail']),
    );
  });
});

describe('the result of a cell with faults', () => {
  const kills: Partial<ScenarioInput> = { faults: [{ fault: 'kill', perSecond: 5 }] };
  const pauses: Partial<ScenarioInput> = { faults: [{ fault: 'pause', perSecond: 5 }] };

  it('says how little a kill can have done when none did anything', () => {
    const { cell, judged } = trialsOf(2, kills, { faults: [fault('kill'), fault('kill', false), fault('kill')] });
    const result = judge(cell, judged);
    expect(result.kills).toMatchObject({ total: 6, inTransaction: 4 });
    expect(result.perKillHigh).toBe(exactInterval(0, 6).high);
    expect(result).toMatchObject({ verdict: 'safe', pauses: 0 });
  });

  it('knows no limit to what a kill can do once something was found', () => {
    const { cell, judged } = trialsOf(1, kills, { faults: [fault('kill'), fault('kill')] });
    expect(
      judge(
        cell,
        judged.map((trial) => withFindings(trial, VIOLATION)),
      ).perKillHigh,
    ).toBe(1);
  });

  it('does not know how many kills hit a transaction if it does not know it of one', () => {
    const { cell, judged } = trialsOf(1, kills, { faults: [fault('kill'), fault('kill', null)] });
    const { kills: counted, vacuous } = judge(cell, judged);
    expect(counted).toEqual({ total: 2, inTransaction: null, inFlight: 0 });
    expect(vacuous).toEqual(['0 of 2 kills landed inside an operation']);
  });

  it('is safe of pauses alone: nobody asked for kills', () => {
    const { cell, judged } = trialsOf(1, pauses, { faults: [fault('pause')], faultsPlanned: 4 });
    expect(judge(cell, judged)).toMatchObject({ verdict: 'safe', vacuous: [], pauses: 1 });
  });

  it('is inconclusive of pauses that never happened', () => {
    const { cell, judged } = trialsOf(1, pauses);
    expect(judge(cell, judged)).toMatchObject({ verdict: 'inconclusive', vacuous: ['no pause happened'] });
  });

  it('is inconclusive where kills leave claims behind that nobody took up', () => {
    const board = { start: 'fresh', claimTtlMs: 50 } as const;
    const { cell, judged } = trialsOf(1, { ...kills, board }, { faults: [fault('kill')] });
    expect(judge(cell, judged).vacuous).toEqual(['no reclaim was acknowledged']);
  });

  it('adds up what became of operations in flight, and how long replacements took', () => {
    const { cell, judged } = trialsOf(3, kills, { faults: [fault('kill')], replacementMs: [30, 10, 20] });
    const resolved = judged.map((trial, index) => ({
      ...trial,
      report: { ...trial.report, resolved: { committed: index, absent: 1 }, killsInFlight: 1 },
    }));
    const result = judge(cell, resolved);
    expect(result.resolved).toEqual({ committed: 3, absent: 3 });
    expect(result.kills.inFlight).toBe(3);
    expect(result.replacementMsMedian).toBe(20);
  });
});

describe('the watchfulness of a cell', () => {
  const hazards: Partial<ScenarioInput> = {
    hazards: [
      { hazard: 'raw-read', file: 'shm', when: 'connect' },
      { hazard: 'copy-live', when: 'after-commit', probability: 0.5 },
    ],
  };
  const LABELS = ['raw-read(shm) connect', 'copy-live after-commit p=0.5'] as const;

  function withReport({ facts, report }: JudgedTrial, changes: Partial<TrialReport>): JudgedTrial {
    return { facts, report: { ...report, ...changes } };
  }

  /** Two trials of a cell whose reports say these things instead. */
  function vacuousOf(scenario: Partial<ScenarioInput>, ...changes: [Partial<TrialReport>, Partial<TrialReport>]) {
    const { cell, judged } = trialsOf(2, scenario);
    return judge(
      cell,
      judged.map((trial, index) => withReport(trial, changes[index] ?? {})),
    ).vacuous;
  }

  it('wants every hazard to have happened in one trial or another', () => {
    expect(vacuousOf(hazards, { hazards: [LABELS[0]] }, { hazards: [LABELS[1]] })).toEqual([]);
    expect(vacuousOf(hazards, { hazards: [LABELS[0]] }, { hazards: [LABELS[0]] })).toEqual([
      `hazard ${LABELS[1]} never happened`,
    ]);
    expect(vacuousOf(hazards, {}, {})).toEqual(LABELS.map((label) => `hazard ${label} never happened`));
  });

  it('wants somebody to have looked in every trial', () => {
    const both = { locks: true, sidecars: true };
    expect(vacuousOf({}, { watched: both }, { watched: both })).toEqual([]);
    expect(vacuousOf({}, { watched: both }, { watched: { ...both, locks: false } })).toEqual([
      'no worker looked at its locks',
    ]);
    expect(vacuousOf({}, { watched: { ...both, sidecars: false } }, { watched: both })).toEqual([
      'nobody looked at the sidecars',
    ]);
  });

  it('wants nobody to have looked where there is nothing to see', () => {
    expect(vacuousOf({}, { watched: null }, { watched: null })).toEqual([]);
  });

  it('adds up what was not come to, and who waited', () => {
    expect(vacuousOf({}, { unserved: 3, stuck: 1 }, { unserved: 4, stuck: 1 })).toEqual([
      '7 requests were not come to in time',
      '2 workers still waited for something long after the trial was over',
    ]);
  });

  it('is inconclusive as soon as one trial was interrupted', () => {
    const { cell, judged } = trialsOf(2);
    const [first, second] = judged as [JudgedTrial, JudgedTrial];
    const interrupted = { ...second, facts: { ...second.facts, interrupted: true } };
    expect(judge(cell, [first, interrupted])).toMatchObject({
      verdict: 'inconclusive',
      outcome: 'open',
      vacuous: ['it was interrupted'],
    });
  });

  it('does not matter once something was found', () => {
    const { cell, judged } = trialsOf(1, hazards);
    const found = judged.map((trial) => withFindings(withReport(trial, { stuck: 2 }), VIOLATION));
    expect(judge(cell, found)).toMatchObject({ verdict: 'unsafe', outcome: 'violated' });
  });

  it('has the version of SQLite from the first trial that knows it', () => {
    const { cell, judged, report } = trialsOf(2);
    const [first, second] = judged as [JudgedTrial, JudgedTrial];
    expect(judge(cell, [withReport(first, { sqliteVersion: '' }), second]).sqliteVersion).toBe(report.sqliteVersion);
  });
});

describe('the figures of a cell', () => {
  it('give throughput over the time that the workers worked', () => {
    const { cell, judged, report } = trialsOf(2, {}, { durationMs: 250 });
    const acknowledged = BOARD_OPERATIONS.reduce((total, kind) => total + report.operations[kind].ok, 0);
    expect(judge(cell, judged).throughputPerSecond).toBe(Math.round(acknowledged / 0.25));
  });

  it('give percentiles that are in order, of every kind and of all board operations together', () => {
    const { cell, judged, report } = trialsOf(2);
    const { latencyMs, latencyMsAll } = judge(cell, judged);
    const told = (kind: keyof typeof report.operations): number =>
      2 * (report.operations[kind].ok + report.operations[kind].fail);
    expect(latencyMs.create?.count).toBe(told('create'));
    expect(latencyMs.open?.count).toBe(told('open'));
    expect(latencyMsAll?.count).toBe(BOARD_OPERATIONS.reduce((total, kind) => total + told(kind), 0));
    for (const { p50, p90, p99, p999, max } of Object.values(latencyMs)) {
      expect([p50, p90, p99, p999, max].toSorted((a, b) => a - b)).toEqual([p50, p90, p99, p999, max]);
      expect(p50).toBeGreaterThan(0);
    }
    expect(latencyMsAll?.max).toBe(Math.max(...BOARD_OPERATIONS.map((kind) => latencyMs[kind]?.max ?? 0)));
  });

  it('keep latencies to three digits, from a microsecond to minutes', () => {
    const trial = new TrialFolder();
    const latencies = [1_000, 1_234_000, 90_000_000_000];
    latencies.forEach((latencyNs, index) => {
      const operation = index + 1;
      trial.record(
        'w1.0',
        { type: 'invoke', operation, kind: 'create', event: 0, atNs: 0, request: 'r' },
        { type: 'ok', operation, atNs: latencyNs, latencyNs, event: 0, task: '' },
      );
    });
    const { create } = judge(trial.cell, [{ facts: trial.facts, report: trial.report([]) }]).latencyMs;
    expect(create?.count).toBe(3);
    expect(create?.p50).toBeCloseTo(1.234, 2);
    expect((create?.max ?? 0) / 90_000).toBeCloseTo(1, 2);
  });

  it('leave out what setting the board up took, which nobody disturbed', () => {
    const trial = new TrialFolder({ workload: { mix: { create: 1 }, operations: 5 } }).work(['setup']).work(['w1.0']);
    const result = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
    expect(result.operations.create.ok).toBe(5);
    expect(result.operations.open.ok).toBe(1);
    expect(result.latencyMs.create?.count).toBe(5);
    expect(result.throughputPerSecond).toBe(50);
    expect(result.acknowledged).toBe(10);
  });

  it('count what the dispatchers are asked for as wanted too', () => {
    const dispatchers = { mix: { heartbeat: 1 } };
    const { cell, judged } = trialsOf(1, { workload: { mix: { create: 1 }, operations: 3 }, dispatchers });
    expect(judge(cell, judged).vacuous).toEqual(['no heartbeat was acknowledged']);
  });

  it('hold the verdict against what was expected of the cell', () => {
    const { cell, judged } = trialsOf(1, { expect: { default: 'unsafe' } });
    expect(judge(cell, judged)).toMatchObject({ verdict: 'safe', outcome: 'violated' });
  });
});
