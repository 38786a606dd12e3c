import { describe, expect, it } from 'vitest';
import { VACUITY, vacuity, type Coverage } from '../../../src/check/checks/vacuity.ts';
import { BOARD_OPERATIONS } from '../../../src/history/record.ts';
import { hasLockTable } from '../../../src/kernel/locks.ts';
import { judge } from '../../../src/verdict/cell-result.ts';
import { goodTrial, TrialFolder, WATCHED } from '../trial-folder.ts';

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

  it.each([1, 199, 400])('objects when %i claims were made and none collided', (claim) => {
    const { acknowledged } = coverage();
    expect(vacuity(coverage({ claimsLost: 0, acknowledged: { ...acknowledged, claim } }))).toEqual([
      `no two of ${claim} claims collided`,
    ]);
  });

  it('is content with one collision', () => {
    expect(vacuity(coverage({ claimsLost: 1 }))).toEqual([]);
  });

  it('expects no collision of one worker alone, or where nobody is to claim', () => {
    expect(vacuity(coverage({ claimsLost: 0, concurrency: 1 }))).toEqual([]);
    expect(vacuity(coverage({ claimsLost: 0, wanted: ['create'] }))).toEqual([]);
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

/** What comes out for a cell of this one trial. */
function judged(trial: TrialFolder): { verdict: string; vacuous: string[] } {
  const { verdict, vacuous } = judge(trial.cell, [{ facts: trial.facts, report: trial.report() }]);
  return { verdict, vacuous };
}

const SAFE = { verdict: 'safe', vacuous: [] };

function inconclusive(...vacuous: string[]): { verdict: string; vacuous: string[] } {
  return { verdict: 'inconclusive', vacuous };
}

describe('vacuity of real trials', () => {
  it('lets a quiet trial in which everything happened that was asked for be safe', () => {
    expect(judged(goodTrial())).toEqual(SAFE);
  });

  it('does not let a quiet trial be safe whose kills all missed', () => {
    expect(judged(goodTrial({ faults: [{ fault: 'kill', perSecond: 5 }] }))).toEqual(inconclusive('no kill happened'));
  });

  it('does not let a quiet trial be safe in which nobody did what was asked for', () => {
    const trial = goodTrial({ workload: { mix: { create: 1, complete: 1 }, operations: 1 } });
    expect(judged(trial)).toEqual(inconclusive('no complete was acknowledged'));
  });

  it('does not let a quiet trial be safe whose workers never wanted the same task', () => {
    const trial = new TrialFolder().work(['w1.0', 'w2.0']).observe(WATCHED);
    expect(judged(trial)).toEqual(inconclusive(`no two of ${trial.report([]).operations.claim.ok} claims collided`));
    expect(judged(trial.plantCollision('w1.0'))).toEqual(SAFE);
  });

  it('does not let a quiet trial be safe that was interrupted', () => {
    expect(judged(goodTrial().know({ interrupted: true }))).toEqual(inconclusive('it was interrupted'));
  });

  it('does not let a quiet trial be safe whose workers hung', () => {
    const trial = goodTrial();
    const exits = trial.facts.exits.map((exit) => ({ ...exit, code: null, signal: 'SIGKILL', how: 'stuck' as const }));
    expect(judged(trial.know({ exits }))).toEqual(
      inconclusive('2 workers still waited for something long after the trial was over'),
    );
  });

  it('does not let a quiet trial be safe whose workers did not come to all their requests', () => {
    const trial = new TrialFolder({ workload: { mix: { create: 1 }, operations: 15 } }).work(['w1.0']).observe(WATCHED);
    expect(judged(trial)).toEqual(inconclusive('15 requests were not come to in time'));
    expect(judged(trial.work(['w2.0']))).toEqual(SAFE);
  });
});

describe('vacuity of trials with hazards', () => {
  // Nobody has a lock on the WAL: reading it by hand does no harm.
  const hazards = [{ hazard: 'raw-read', file: 'wal', when: 'after-commit' } as const];
  const NEVER = 'hazard raw-read(wal) after-commit never happened';

  it('lets one be safe whose workers committed the hazard and got away with it', () => {
    const uses = hazards.map((use) => ({ ...use, probability: 1 }));
    const trial = goodTrial({ hazards }, { hazards: uses });
    expect(trial.report([]).hazards).toEqual(['raw-read(wal) after-commit']);
    expect(judged(trial)).toEqual(SAFE);
  });

  it('does not let one be safe whose hazard never came up', () => {
    const trial = goodTrial({ hazards });
    expect(judged(trial)).toEqual(inconclusive(NEVER));
    trial.record('w2.0', { type: 'note', atNs: 1, name: 'hazard', data: { label: 'raw-read(wal) after-commit' } });
    expect(judged(trial)).toEqual(SAFE);
  });

  it('does not let one be safe whose hazard found nothing to do', () => {
    // In rollback-journal mode there is no WAL to read.
    const strategies = [{ name: 'rollback', axes: { pragmas: 'delete-full' } } as const];
    const uses = hazards.map((use) => ({ ...use, probability: 1 }));
    expect(judged(goodTrial({ hazards, strategies }, { hazards: uses }))).toEqual(inconclusive(NEVER));
  });

  it('does not take one hazard for another', () => {
    const trial = goodTrial({ hazards });
    trial.record('w2.0', { type: 'note', atNs: 1, name: 'hazard', data: { label: 'raw-read(wal) connect' } });
    expect(judged(trial)).toEqual(inconclusive(NEVER));
  });
});

describe('vacuity of trials that nobody watched', () => {
  it.runIf(hasLockTable())('objects when no worker looked at its locks', () => {
    expect(judged(goodTrial({}, { lockAuditEvery: 0 }))).toEqual(inconclusive('no worker looked at its locks'));
  });

  it('objects when the observer never came to an end, or to a look', () => {
    const trial = (): TrialFolder => {
      const unwatched = new TrialFolder().work(['w1.0', 'w2.0']).plantCollision('w1.0').know({ hasLockTable: true });
      return unwatched.record('w1.0', { type: 'note', atNs: 1, name: 'lock-audits-begun', data: {} });
    };
    expect(judged(trial())).toEqual(inconclusive('nobody looked at the sidecars'));
    expect(judged(trial().observe({ ...WATCHED, samples: 0 }))).toEqual(inconclusive('nobody looked at the sidecars'));
    expect(judged(trial().observe({ ...WATCHED, samples: 1 }))).toEqual(SAFE);
  });

  it('does not object where the kernel shows neither', () => {
    const trial = new TrialFolder().work(['w1.0', 'w2.0'], { lockAuditEvery: 0 }).plantCollision('w1.0');
    expect(judged(trial.know({ hasLockTable: false }))).toEqual(SAFE);
  });
});
