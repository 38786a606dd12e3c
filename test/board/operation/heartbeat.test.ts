import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { create } from '../../../src/board/operation/create.ts';
import { heartbeat } from '../../../src/board/operation/heartbeat.ts';
import { reclaim } from '../../../src/board/operation/reclaim.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { codeFrom, execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function boardWithClaim(lease: StrategyAxes['lease'] = 'none') {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path, { lease });
  runFreely(create(session, newTask('t')));
  runFreely(claim(session, 0));
  execute(path, 'UPDATE tasks SET claim_expires = 5; UPDATE task_runs SET claim_expires = 5');
  return { path, session };
}

describe('heartbeat', () => {
  it('is two transactions: extend the claim, then note the time', () => {
    const { path, session } = boardWithClaim();

    const labels = labelsOf(heartbeat(session, 't'));

    expect(transactionsIn(labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
    const [task] = query(path, 'SELECT claim_expires, last_heartbeat_at FROM tasks');
    expect(Number(task?.['claim_expires'])).toBeGreaterThan(Date.now());
    expect(Number(task?.['last_heartbeat_at'])).toBeGreaterThan(5);
    expect(query(path, 'SELECT claim_expires, last_heartbeat_at FROM task_runs')).toEqual([task]);
    expect(query(path, "SELECT run_id FROM task_events WHERE kind = 'heartbeat'")).toEqual([{ run_id: 1 }]);
  });

  it('leaves an extended claim without a sign of life if its worker dies between the two', () => {
    const { path, session } = boardWithClaim();
    const dying = new Stepper(heartbeat(session, 't'));
    dying.advancePast(/^COMMIT/);
    runFreely(session.abandon());

    const [task] = query(path, 'SELECT claim_expires, last_heartbeat_at FROM tasks');
    expect(Number(task?.['claim_expires'])).toBeGreaterThan(Date.now());
    expect(task?.['last_heartbeat_at']).toBeNull();
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'heartbeat'")).toEqual([]);
  });

  it.each([
    ["UPDATE tasks SET claim_lock = 'elsewhere:1'"],
    ["UPDATE tasks SET status = 'ready', claim_lock = NULL"],
    ["UPDATE tasks SET status = 'done'"],
    ['DELETE FROM tasks'],
  ])('is refused once the claim is not ours any more: %s', (change) => {
    const { path, session } = boardWithClaim();
    execute(path, change);
    const stepper = new Stepper(heartbeat(session, 't'));

    expect(codeFrom(() => stepper.finish())).toBe('CLAIM_STALE');
    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN IMMEDIATE', 'ROLLBACK']);
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'heartbeat'")).toEqual([]);
  });

  const pausedBetween = (lease: StrategyAxes['lease']) => {
    const { path, session } = boardWithClaim(lease);
    const paused = new Stepper(heartbeat(session, 't'));
    paused.advancePast(/^COMMIT/);
    execute(path, "UPDATE tasks SET claim_lock = 'elsewhere:1'");
    return { path, paused };
  };

  it('is noted on another’s task by a worker that was paused between the two, without fencing', () => {
    const { path, paused } = pausedBetween('none');
    paused.finish();
    expect(query(path, 'SELECT last_heartbeat_at FROM tasks')[0]?.['last_heartbeat_at']).not.toBeNull();
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'heartbeat'")).toHaveLength(1);
  });

  it('is refused to it with fencing', () => {
    const { path, paused } = pausedBetween('fenced');
    expect(codeFrom(() => paused.finish())).toBe('CLAIM_STALE');
    expect(query(path, 'SELECT last_heartbeat_at FROM tasks')).toEqual([{ last_heartbeat_at: null }]);
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'heartbeat'")).toEqual([]);
  });

  describe('in two threads of one process', () => {
    const threads = (lease: StrategyAxes['lease']) => {
      const path = join(temporaryFolder(), 'board.db');
      const open = (worker: string, claimTtlMs: number) => openSession(path, { lease }, { worker, claimTtlMs });
      // A negative time to live: what the first one claims or extends has expired at once.
      const [one, two] = [open('w1.0.0', -1), open('w1.0.1', 60_000)];
      runFreely(create(one, newTask('t')));
      runFreely(claim(one, 0));
      return { path, one, two };
    };
    const HEARTBEATS = "SELECT payload FROM task_events WHERE kind = 'heartbeat'";

    /** The task is reclaimed and claimed by the second thread while the first stands between its two transactions. */
    const overtaken = (lease: StrategyAxes['lease']) => {
      const { path, one, two } = threads(lease);
      const slow = new Stepper(heartbeat(one, 't'));
      slow.advancePast(/^COMMIT/);
      runFreely(reclaim(two));
      runFreely(claim(two, 0));
      return { path, slow };
    };

    it('is refused in its second transaction after a reclaim in between, with fencing', () => {
      const { path, slow } = overtaken('fenced');
      const [before] = query(path, 'SELECT claim_lock, claim_expires FROM tasks');

      expect(codeFrom(() => slow.finish())).toBe('CLAIM_STALE');
      expect(transactionsIn(slow.labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'ROLLBACK']);
      expect(query(path, 'SELECT claim_lock, claim_expires FROM tasks')).toEqual([before]);
      expect(query(path, 'SELECT last_heartbeat_at FROM task_runs')).toEqual([
        { last_heartbeat_at: null },
        { last_heartbeat_at: null },
      ]);
      expect(query(path, HEARTBEATS)).toEqual([]);
    });

    it('is noted on the run of the other after a reclaim in between, without fencing', () => {
      const { path, slow } = overtaken('none');
      slow.finish();

      expect(query(path, 'SELECT id FROM task_runs WHERE last_heartbeat_at IS NOT NULL')).toEqual([{ id: 2 }]);
      expect(query(path, HEARTBEATS)).toEqual([{ payload: expect.stringMatching(/^w1\.0\.0 /) as string }]);
    });

    it('is refused after a reclaim alone, with fencing', () => {
      const { path, one, two } = threads('fenced');
      const slow = new Stepper(heartbeat(one, 't'));
      slow.advancePast(/^COMMIT/);
      runFreely(reclaim(two));

      expect(codeFrom(() => slow.finish())).toBe('CLAIM_STALE');
      expect(query(path, HEARTBEATS)).toEqual([]);
    });

    it.each([
      ['cannot', 'fenced', 'CLAIM_STALE'],
      ['can', 'none', undefined],
    ] as const)('%s extend the claim of the other, with the lease "%s"', (_, lease, code) => {
      const { path, two } = threads(lease);
      expect(codeFrom(() => runFreely(heartbeat(two, 't')))).toBe(code);
      expect(query(path, HEARTBEATS)).toHaveLength(code === undefined ? 1 : 0);
    });
  });
});
