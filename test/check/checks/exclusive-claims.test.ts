import { describe, expect, it } from 'vitest';
import { exclusiveClaims } from '../../../src/check/checks/exclusive-claims.ts';
import { goodTrial, reclaimedTrial } from '../trial-folder.ts';

const CREATE = { create: 1, claim: 0, heartbeat: 0, complete: 0, reclaim: 0 };
const CLAIM = { create: 0, claim: 1, heartbeat: 0, complete: 0, reclaim: 0 };

describe('exclusive-claims', () => {
  it('is quiet when tasks are claimed and completed in turn', () => {
    const trial = goodTrial();
    expect(trial.report([]).operations.complete.ok).toBeGreaterThan(5);
    expect(trial.findings(exclusiveClaims)).toEqual([]);
  });

  it('is quiet when a claim is taken from a dead worker and the task is claimed again', async () => {
    const trial = await reclaimedTrial();
    const { reclaim, claim } = trial.report([]).operations;
    expect(reclaim.ok).toBeGreaterThan(0);
    expect(claim.ok).toBeGreaterThan(Number(trial.value('SELECT count(DISTINCT task_id) FROM task_runs')));
    expect(trial.findings(exclusiveClaims)).toEqual([]);
  });

  it('sees a task that a second worker could claim because the first one had lost its locks', () => {
    const trial = goodTrial({ workload: { mix: CREATE, operations: 2 } });
    const loop = { loop: { type: 'closed' }, retry: 'none' } as const;
    trial.work(['w3.0'], { workload: { ...loop, mix: CLAIM, operations: 4 } });
    // What a writer without a lock does: it puts pages back as it had read them, before the other one's claim.
    trial.sql("UPDATE tasks SET status = 'ready', claim_lock = NULL WHERE id = 'tw1.0-1'");
    trial.work(['w4.0'], { workload: { ...loop, mix: CLAIM, operations: 1 } });
    expect(trial.findings(exclusiveClaims)).toEqual([
      {
        check: 'exclusive-claims',
        severity: 'violation',
        message: '1 claims of a task that was held or done already: task tw1.0-1 claimed by w4.0 while w3.0 held it',
        mechanism: expect.stringContaining('read-modify-write outside a transaction') as string,
        evidence: 'board.db',
      },
    ]);
  });

  it('sees a worker that claims twice itself', () => {
    const trial = goodTrial({ workload: { mix: CREATE, operations: 2 } });
    for (const kind of ['claimed', 'heartbeat', 'claimed']) trial.plantEvent('w1.0', kind, 'tw1.0-1');
    expect(trial.findings(exclusiveClaims)[0]?.message).toContain('task tw1.0-1 claimed by w1.0 while w1.0 held it');
  });

  it('sees a task that is claimed again after it was done', () => {
    const loop = { loop: { type: 'closed' }, retry: 'none', operations: 2 } as const;
    const trial = goodTrial({ workload: { mix: CREATE, operations: 1 } });
    trial.work(['w3.0'], { workload: { ...loop, mix: { ...CLAIM, claim: 0, complete: 1 } } });
    const task = trial.value("SELECT id FROM tasks WHERE status = 'done'") as string;
    trial.sql("UPDATE tasks SET status = 'ready' WHERE status = 'done'");
    trial.work(['w4.0'], { workload: { ...loop, mix: CLAIM } });
    expect(trial.findings(exclusiveClaims)[0]?.message).toBe(
      `1 claims of a task that was held or done already: task ${task} claimed by w4.0 after it was done`,
    );
  });

  it('counts every such claim, and names three', () => {
    const trial = goodTrial({ workload: { mix: CREATE, operations: 2 } });
    for (const worker of ['w3.0', 'w4.0', 'w5.0', 'w6.0', 'w7.0']) trial.plantEvent(worker, 'claimed', 'tw1.0-1');
    const [finding] = trial.findings(exclusiveClaims);
    expect(finding?.message).toMatch(/^4 claims of a task that was held or done already: /);
    expect(finding?.message.match(/claimed by/g)).toHaveLength(3);
    expect(finding?.message).toMatch(/; …$/);
  });
});
