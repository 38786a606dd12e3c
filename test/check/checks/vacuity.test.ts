import { describe, expect, it } from 'vitest';
import { VACUITY, vacuity, type Coverage } from '../../../src/check/checks/vacuity.ts';
import { BOARD_OPERATIONS } from '../../../src/history/record.ts';
import { judge } from '../../../src/verdict/cell-result.ts';
import { goodTrial } from '../trial-folder.ts';

/** A run that put the board to the test in every way. */
function coverage(changes: Partial<Coverage> = {}): Coverage {
  return {
    kills: { asked: true, total: 40, inTransaction: 12, inFlight: 30 },
    pauses: { asked: true, total: 3 },
    claimsLost: 9,
    acknowledged: { create: 500, claim: 400, heartbeat: 800, complete: 300, reclaim: 20 },
    wanted: BOARD_OPERATIONS,
    concurrency: 4,
    hazardsMissed: [],
    watched: { locks: true, sidecars: true },
    unserved: 0,
    stuck: 0,
    interrupted: false,
    ...changes,
  };
}

describe('vacuity', () => {
  it('has no objection to a run whose faults hit and whose workers met', () => {
    expect(vacuity(coverage())).toEqual([]);
  });

  it('has no objection to a run that was to have no faults and had none', () => {
    const kills = { asked: false, total: 0, inTransaction: 0, inFlight: 0 };
    expect(vacuity(coverage({ kills, pauses: { asked: false, total: 0 } }))).toEqual([]);
  });

  it('objects when kills were asked for and none happened', () => {
    const kills = { asked: true, total: 0, inTransaction: 0, inFlight: 0 };
    expect(vacuity(coverage({ kills }))).toEqual(['no kill happened']);
  });

  it('objects when pauses were asked for and none happened', () => {
    expect(vacuity(coverage({ pauses: { asked: true, total: 0 } }))).toEqual(['no pause happened']);
  });

  it.each([
    [40, 4, []],
    [40, 3, ['3 of 40 kills landed inside a transaction']],
    [1, 1, []],
    [1, 0, ['0 of 1 kills landed inside a transaction']],
    [9, 1, []],
  ])('of %i kills, %i in a transaction', (total, inTransaction, reasons) => {
    expect(vacuity(coverage({ kills: { asked: true, total, inTransaction, inFlight: total } }))).toEqual(reasons);
  });

  it('goes by the operations in flight where the kernel shows no locks', () => {
    const kills = { asked: true, total: 40, inTransaction: null, inFlight: 30 };
    expect(vacuity(coverage({ kills }))).toEqual([]);
    expect(vacuity(coverage({ kills: { ...kills, inFlight: 2 } }))).toEqual([
      '2 of 40 kills landed inside an operation',
    ]);
  });

  it.each([
    [{ hazardsMissed: ['raw-read(wal) connect'] }, 'hazard raw-read(wal) connect never happened'],
    [{ watched: { locks: false, sidecars: true } }, 'no worker looked at its locks'],
    [{ watched: { locks: true, sidecars: false } }, 'nobody looked at the sidecars'],
    [{ unserved: 3 }, '3 requests were not come to in time'],
    [{ stuck: 2 }, '2 workers still waited for something long after the trial was over'],
    [{ interrupted: true }, 'it was interrupted'],
  ])('objects to %j', (changes, reason) => {
    expect(vacuity(coverage(changes))).toEqual([reason]);
  });

  it('asks for no looks where the kernel has nothing to show', () => {
    expect(vacuity(coverage({ watched: null }))).toEqual([]);
  });

  it('objects when many claims were made and none collided', () => {
    expect(vacuity(coverage({ claimsLost: 0 }))).toEqual(['no two of 400 claims collided']);
  });

  it('expects no collision of few claims, or of one worker alone', () => {
    const { acknowledged } = coverage();
    expect(vacuity(coverage({ claimsLost: 0, acknowledged: { ...acknowledged, claim: 199 } }))).toEqual([]);
    expect(vacuity(coverage({ claimsLost: 0, concurrency: 1 }))).toEqual([]);
  });

  it('objects when a kind of operation that was asked for never succeeded', () => {
    const acknowledged = { create: 5, claim: 3, heartbeat: 0, complete: 2, reclaim: 0 };
    expect(vacuity(coverage({ acknowledged }))).toEqual(['no heartbeat, no reclaim was acknowledged']);
    expect(vacuity(coverage({ acknowledged, wanted: ['create', 'claim', 'heartbeat'] }))).toEqual([
      'no heartbeat was acknowledged',
    ]);
  });

  it('gives every reason that there is', () => {
    const kills = { asked: true, total: 20, inTransaction: 0, inFlight: 0 };
    const acknowledged = { create: 5, claim: 300, heartbeat: 1, complete: 2, reclaim: 0 };
    expect(vacuity(coverage({ kills, acknowledged, claimsLost: 0 }))).toHaveLength(3);
  });

  it('is listed under its own name', () => {
    expect(VACUITY.name).toBe('vacuity');
  });
});

describe('vacuity of real trials', () => {
  it('lets a quiet trial in which everything happened that was asked for be safe', () => {
    const trial = goodTrial();
    const { verdict, vacuous } = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
    expect({ verdict, vacuous }).toEqual({ verdict: 'safe', vacuous: [] });
  });

  it('does not let a quiet trial be safe whose kills all missed', () => {
    const trial = goodTrial({ faults: [{ fault: 'kill', perSecond: 5 }] });
    const { verdict, vacuous } = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
    expect({ verdict, vacuous }).toEqual({ verdict: 'inconclusive', vacuous: ['no kill happened'] });
  });

  it('does not let a quiet trial be safe in which nobody did what was asked for', () => {
    const trial = goodTrial({ workload: { mix: { create: 1, complete: 1 }, operations: 1 } });
    const { verdict, vacuous } = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
    expect({ verdict, vacuous }).toEqual({ verdict: 'inconclusive', vacuous: ['no complete was acknowledged'] });
  });
});
