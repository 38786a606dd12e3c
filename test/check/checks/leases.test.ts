import { describe, expect, it } from 'vitest';
import { leases } from '../../../src/check/checks/leases.ts';
import { goodTrial, reclaimedTrial } from '../trial-folder.ts';

describe('leases', () => {
  it('is quiet when every heartbeat and completion comes from the holder', () => {
    const trial = goodTrial();
    expect(trial.report([]).operations.heartbeat.ok).toBeGreaterThan(5);
    expect(trial.findings(leases)).toEqual([]);
  });

  it('is quiet when claims are taken from dead workers only', async () => {
    const trial = await reclaimedTrial();
    expect(trial.report([]).operations.reclaim.ok).toBeGreaterThan(0);
    expect(trial.findings(leases)).toEqual([]);
  });

  it('sees workers that complete what was reclaimed from them, as an unfenced strategy lets them', () => {
    const workload = { mix: { create: 2, claim: 3, complete: 2, reclaim: 3 }, operations: 120 };
    const trial = goodTrial({ workload, board: { start: 'fresh', claimTtlMs: 1, reclaim: 'expired' } });
    const [finding] = trial.findings(leases);
    expect(finding).toMatchObject({
      check: 'leases',
      severity: 'violation',
      mechanism: expect.stringContaining('stale lease') as string,
      evidence: 'board.db',
    });
    expect(finding?.message).toMatch(/^\d+ late writes of a stale holder: completed of task t\S+ by w\d\.0 when /);
  });

  it('is quiet on the same workers when a strategy fences them, although they share a process', () => {
    const workload = { mix: { create: 2, claim: 3, heartbeat: 2, complete: 2, reclaim: 3 }, operations: 120 };
    const board = { start: 'fresh', claimTtlMs: 1, reclaim: 'expired' } as const;
    const trial = goodTrial({ strategies: [{ name: 'fenced', axes: { lease: 'fenced' } }], workload, board });
    expect(trial.report([]).operations.reclaim.ok).toBeGreaterThan(0);
    expect(trial.findings(leases)).toEqual([]);
  });

  it('tells a task that another worker holds from one that nobody holds', () => {
    const trial = goodTrial({ workload: { mix: { create: 1 }, operations: 2 } });
    trial.plantEvent('w1.0', 'claimed', 'tw1.0-1');
    trial.plantEvent('w2.0', 'reclaimed', 'tw1.0-1');
    trial.plantEvent('w1.0', 'heartbeat', 'tw1.0-1');
    trial.plantEvent('w2.0', 'claimed', 'tw1.0-1');
    trial.plantEvent('w1.0', 'completed', 'tw1.0-1');
    expect(trial.findings(leases).map(({ message }) => message)).toEqual([
      '2 late writes of a stale holder: heartbeat of task tw1.0-1 by w1.0 when nobody held it; ' +
        'completed of task tw1.0-1 by w1.0 when w2.0 held it',
    ]);
  });

  it('sees the second completion of a task', () => {
    const trial = goodTrial({ workload: { mix: { create: 1 }, operations: 2 } });
    for (const kind of ['claimed', 'completed', 'completed']) trial.plantEvent('w1.0', kind, 'tw1.0-1');
    expect(trial.findings(leases)[0]?.message).toContain('completed of task tw1.0-1 by w1.0 when nobody held it');
  });
});
