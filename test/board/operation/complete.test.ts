import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claim } from '../../../src/board/operation/claim.ts';
import { complete } from '../../../src/board/operation/complete.ts';
import { create } from '../../../src/board/operation/create.ts';
import { reclaim } from '../../../src/board/operation/reclaim.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { codeFrom, execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A board with a claimed task, and a child that waits for it. */
function boardWithClaim(axes: Partial<StrategyAxes> = {}, claimTtlMs = 60_000) {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path, axes, { claimTtlMs });
  runFreely(create(session, newTask('parent')));
  runFreely(claim(session, 0));
  runFreely(create(session, newTask('child', { parent: 'parent' })));
  execute(path, "UPDATE tasks SET consecutive_failures = 3, last_failure_error = 'e' WHERE id = 'parent'");
  return { path, session };
}

const tasks = (path: string) =>
  Object.fromEntries(query(path, 'SELECT id, status FROM tasks').map(({ id, status }) => [id, status]));
const failures = (path: string) =>
  query(path, "SELECT consecutive_failures AS n, last_failure_error AS error FROM tasks WHERE id = 'parent'")[0];

describe('complete', () => {
  it('is three transactions: the task, the failure counter, the children', () => {
    const { path, session } = boardWithClaim();

    const labels = labelsOf(complete(session, 'parent'));

    const once = ['BEGIN IMMEDIATE', 'COMMIT'];
    expect(transactionsIn(labels)).toEqual([...once, ...once, ...once]);
    expect(tasks(path)).toEqual({ parent: 'done', child: 'ready' });
    expect(failures(path)).toEqual({ n: 0, error: null });
    expect(query(path, 'SELECT status, outcome FROM task_runs')).toEqual([{ status: 'done', outcome: 'completed' }]);
    expect(query(path, "SELECT task_id, run_id FROM task_events WHERE kind = 'completed'")).toEqual([
      { task_id: 'parent', run_id: 1 },
    ]);
    expect(query(path, "SELECT claim_lock, claim_expires, result FROM tasks WHERE id = 'parent'")).toEqual([
      { claim_lock: null, claim_expires: null, result: 'ok' },
    ]);
  });

  it('leaves the counter and the children behind if its worker dies after the first', () => {
    const { path, session } = boardWithClaim();
    const dying = new Stepper(complete(session, 'parent'));
    dying.advancePast(/^COMMIT/);
    runFreely(session.abandon());

    expect(tasks(path)).toEqual({ parent: 'done', child: 'todo' });
    expect(failures(path)).toEqual({ n: 3, error: 'e' });
    expect(session.events.acknowledged).toBe(4);
  });

  it('knows its event to be committed as soon as the first has, whatever becomes of the others', () => {
    const { path, session } = boardWithClaim();
    const stepper = new Stepper(complete(session, 'parent'));
    const before = session.events.acknowledged;
    stepper.advancePast(/^COMMIT/);
    expect(session.events.acknowledged).toBe(before + 1);

    const other = openSession(path, {}, { worker: 'w2.0' });
    const writer = new Stepper(create(other, newTask('u')));
    writer.advancePast(/^BEGIN/);
    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_BUSY');
    expect(session.events.acknowledged).toBe(before + 1);
    writer.finish();
  });

  it('leaves the children behind if its worker dies after the second', () => {
    const { path, session } = boardWithClaim();
    const dying = new Stepper(complete(session, 'parent'));
    dying.advancePast(/^COMMIT/);
    dying.advancePast(/^COMMIT/);
    runFreely(session.abandon());

    expect(tasks(path)).toEqual({ parent: 'done', child: 'todo' });
    expect(failures(path)).toEqual({ n: 0, error: null });
  });

  it('leaves everything as it was if its worker dies before the first commit', () => {
    const { path, session } = boardWithClaim();
    const dying = new Stepper(complete(session, 'parent'));
    dying.advanceTo(/^COMMIT/);
    runFreely(session.abandon());

    expect(tasks(path)).toEqual({ parent: 'running', child: 'todo' });
    expect(query(path, 'SELECT status FROM task_runs')).toEqual([{ status: 'running' }]);
  });

  it('makes a child ready with its last parent, not with the first', () => {
    const { path, session } = boardWithClaim();
    runFreely(create(session, newTask('second')));
    execute(path, "INSERT INTO task_links VALUES ('second', 'child')");

    runFreely(complete(session, 'parent'));
    expect(tasks(path)['child']).toBe('todo');
    runFreely(complete(session, 'second'));
    expect(tasks(path)['child']).toBe('ready');
  });

  it('does not make children ready that are past that, nor those of others', () => {
    const { path, session } = boardWithClaim();
    runFreely(create(session, newTask('other')));
    runFreely(create(session, newTask('grandchild', { parent: 'child' })));
    execute(path, "UPDATE tasks SET status = 'archived' WHERE id = 'child'");

    runFreely(complete(session, 'parent'));

    expect(tasks(path)).toEqual({ parent: 'done', child: 'archived', other: 'ready', grandchild: 'todo' });
  });

  it('is refused for a task that is done already', () => {
    const { session } = boardWithClaim();
    runFreely(complete(session, 'parent'));
    expect(codeFrom(() => runFreely(complete(session, 'parent')))).toBe('CLAIM_STALE');
    expect(session.events.next).toBe(5);
  });
});

describe('a stale holder', () => {
  const reclaimed = (lease: StrategyAxes['lease']) => {
    // A negative time to live: the claim has expired as it is made.
    const board = boardWithClaim({ lease }, -1);
    runFreely(reclaim(openSession(board.path, {}, { worker: 'w2.0' })));
    expect(tasks(board.path)['parent']).toBe('ready');
    return board;
  };

  it('completes a task that was taken away from it, without fencing', () => {
    const { path, session } = reclaimed('none');

    runFreely(complete(session, 'parent'));

    expect(tasks(path)['parent']).toBe('done');
  });

  it('completes a task that somebody else is working on by now, without fencing', () => {
    const { path, session } = reclaimed('none');
    execute(path, "UPDATE tasks SET status = 'running', claim_lock = 'elsewhere:1' WHERE id = 'parent'");

    runFreely(complete(session, 'parent'));

    expect(tasks(path)['parent']).toBe('done');
  });

  it.each(['fenced', 'dispatcher-rows'] as const)('is refused with the lease "%s"', (lease) => {
    const { path, session } = reclaimed(lease);
    const stepper = new Stepper(complete(session, 'parent'));

    expect(codeFrom(() => stepper.finish())).toBe('CLAIM_STALE');
    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN IMMEDIATE', 'ROLLBACK']);
    execute(path, "UPDATE tasks SET status = 'running', claim_lock = 'elsewhere:1' WHERE id = 'parent'");
    expect(codeFrom(() => runFreely(complete(session, 'parent')))).toBe('CLAIM_STALE');
    expect(tasks(path)).toEqual({ parent: 'running', child: 'todo' });
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'completed'")).toEqual([]);
  });

  it.each(['fenced', 'dispatcher-rows'] as const)('may complete under "%s" what it still holds', (lease) => {
    const { path, session } = boardWithClaim({ lease });
    runFreely(complete(session, 'parent'));
    expect(tasks(path)).toEqual({ parent: 'done', child: 'ready' });
  });

  it.each([
    ['cannot', 'fenced', 'CLAIM_STALE', 'running'],
    ['can', 'none', undefined, 'done'],
  ] as const)('%s complete what another thread of its process holds, with the lease "%s"', (_, lease, code, status) => {
    const path = join(temporaryFolder(), 'board.db');
    const holder = openSession(path, { lease }, { worker: 'w1.0.0' });
    const other = openSession(path, { lease }, { worker: 'w1.0.1' });
    runFreely(create(holder, newTask('t')));
    runFreely(claim(holder, 0));

    expect(codeFrom(() => runFreely(complete(other, 't')))).toBe(code);
    expect(tasks(path)).toEqual({ t: status });
    expect(query(path, "SELECT * FROM task_events WHERE kind = 'completed'")).toHaveLength(code === undefined ? 1 : 0);
  });

  it('cannot hide behind another thread of its process, with fencing', () => {
    const path = join(temporaryFolder(), 'board.db');
    const [one, two] = ['w1.0.0', 'w1.0.1'].map((worker) =>
      openSession(path, { lease: 'fenced' }, { worker, claimTtlMs: -1 }),
    );
    if (!one || !two) throw new Error('two were asked for');
    runFreely(create(one, newTask('t')));
    runFreely(claim(one, 0));
    runFreely(reclaim(two));
    runFreely(claim(two, 0));

    expect(codeFrom(() => runFreely(complete(one, 't')))).toBe('CLAIM_STALE');
    runFreely(complete(two, 't'));
    expect(tasks(path)).toEqual({ t: 'done' });
  });
});
