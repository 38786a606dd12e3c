import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { create } from '../../../src/board/operation/create.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import { codeFrom, execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function boardWith(tasks: Record<string, number>) {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path);
  for (const [id, priority] of Object.entries(tasks)) runFreely(create(session, newTask(id, { priority })));
  return { path, session };
}

describe('claim', () => {
  it('sets the claim, the run and the event in one transaction', () => {
    const { path, session } = boardWith({ t: 0 });
    const before = Date.now();

    const labels = labelsOf(claim(session, 0));

    expect(transactionsIn(labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    const [task] = query(path, 'SELECT * FROM tasks');
    const lock = `${hostname()}:${process.pid}`;
    expect(task).toMatchObject({ status: 'running', claim_lock: lock, worker_pid: process.pid });
    const expires = Number(task?.['claim_expires']);
    expect(expires).toBeGreaterThanOrEqual(before + session.claimTtlMs);
    expect(expires).toBeLessThanOrEqual(Date.now() + session.claimTtlMs);
    const [run] = query(path, 'SELECT * FROM task_runs');
    expect(run).toMatchObject({
      task_id: 't',
      status: 'running',
      claim_lock: lock,
      claim_expires: expires,
      ended_at: null,
    });
    expect(task?.['current_run_id']).toBe(run?.['id']);
    expect(query(path, "SELECT run_id FROM task_events WHERE kind = 'claimed'")).toEqual([{ run_id: run?.['id'] }]);
  });

  it('writes the worker’s name into a lock that fences: the threads of a process are different holders', () => {
    const path = join(temporaryFolder(), 'board.db');
    const session = openSession(path, { lease: 'fenced' }, { worker: 'w1.0.2' });
    runFreely(create(session, newTask('t')));
    runFreely(claim(session, 0));

    expect(query(path, 'SELECT claim_lock FROM tasks')).toEqual([
      { claim_lock: `${hostname()}:${process.pid}:w1.0.2` },
    ]);
  });

  it('reads its candidates before the transaction', () => {
    const { session } = boardWith({ t: 0 });
    const labels = labelsOf(claim(session, 0));

    expect(labels[0]).toMatch(/^SELECT id FROM tasks WHERE status = 'ready'/);
    expect(labels[1]).toBe('BEGIN IMMEDIATE');
  });

  it('loses against whoever is faster, and changes nothing', () => {
    const { path, session } = boardWith({ t: 0 });
    const other = openSession(path, {}, { worker: 'w2.0' });
    const slow = new Stepper(claim(session, 0));
    slow.advancePast(/^SELECT id FROM tasks/);
    runFreely(claim(other, 0));
    const event = session.events.next;

    expect(codeFrom(() => slow.finish())).toBe('CLAIM_LOST');
    expect(transactionsIn(slow.labels)).toEqual(['BEGIN IMMEDIATE', 'ROLLBACK']);
    expect(session.events.next).toBe(event);
    expect(query(path, 'SELECT count(*) AS n FROM task_runs')).toEqual([{ n: 1 }]);
    expect(query(path, "SELECT count(*) AS n FROM task_events WHERE kind = 'claimed'")).toEqual([{ n: 1 }]);
  });

  it('has nothing to do without a ready task, and begins no transaction', () => {
    const { path, session } = boardWith({ a: 0, b: 0, c: 0 });
    execute(path, "UPDATE tasks SET status = 'todo' WHERE id = 'a'");
    execute(path, "UPDATE tasks SET claim_lock = 'else:1' WHERE id = 'b'");
    execute(path, "UPDATE tasks SET status = 'blocked' WHERE id = 'c'");
    const stepper = new Stepper(claim(session, 0));

    expect(codeFrom(() => stepper.finish())).toBe('NOTHING_TO_DO');
    expect(transactionsIn(stepper.labels)).toEqual([]);
  });

  it.each([
    [0, 'urgent'],
    [0.49, 'urgent'],
    [0.51, 'second'],
    [0.999, 'second'],
  ])('takes for the choice %d the task "%s": one of the two most urgent', (choice, task) => {
    const { session } = boardWith({ least: 0, third: 2, urgent: 9, fourth: 1, second: 5 });

    expect(runFreely(claim(session, choice))).toEqual({ task });
  });

  it('leaves the task ready if its worker dies in mid transaction', () => {
    const { path, session } = boardWith({ t: 0 });
    const dying = new Stepper(claim(session, 0));
    dying.advanceTo(/^COMMIT/);
    runFreely(session.abandon());

    expect(query(path, 'SELECT status, claim_lock, current_run_id FROM tasks')).toEqual([
      { status: 'ready', claim_lock: null, current_run_id: null },
    ]);
    expect(query(path, 'SELECT * FROM task_runs')).toEqual([]);
  });
});
