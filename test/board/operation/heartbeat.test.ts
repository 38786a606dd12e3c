import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { create } from '../../../src/board/operation/create.ts';
import { heartbeat } from '../../../src/board/operation/heartbeat.ts';
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
});
