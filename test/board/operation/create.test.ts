import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import { execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function board() {
  const path = join(temporaryFolder(), 'board.db');
  return { path, session: openSession(path) };
}

const statusOf = (path: string, task: string) =>
  query(path, `SELECT status FROM tasks WHERE id = '${task}'`)[0]?.['status'];

describe('create', () => {
  it('puts task, link and event into one transaction', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('parent')));

    const labels = labelsOf(create(session, newTask('child', { parent: 'parent', priority: 3 })));

    expect(transactionsIn(labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(labels.at(-1)).toBe('COMMIT');
    expect(query(path, "SELECT title, priority, status, claim_lock FROM tasks WHERE id = 'child'")).toEqual([
      { title: 'title of child', priority: 3, status: 'todo', claim_lock: null },
    ]);
    expect(query(path, 'SELECT * FROM task_links')).toEqual([{ parent_id: 'parent', child_id: 'child' }]);
    expect(query(path, 'SELECT task_id, kind, run_id, payload FROM task_events')).toEqual([
      { task_id: 'parent', kind: 'created', run_id: null, payload: expect.stringMatching(/^w1\.0 1 0 \d+$/) },
      { task_id: 'child', kind: 'created', run_id: null, payload: expect.stringMatching(/^w1\.0 2 1 \d+$/) },
    ]);
  });

  it('leaves nothing if its worker dies before the commit, whichever step that is', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('parent')));
    const steps = labelsOf(create(session, newTask('t', { parent: 'parent', idempotencyKey: 'k' }))).length;
    execute(
      path,
      "DELETE FROM tasks WHERE id = 't'; DELETE FROM task_links; DELETE FROM task_events WHERE task_id = 't'",
    );

    for (let done = 0; done < steps; done++) {
      const dying = openSession(path, {}, { worker: `w${done}.0` });
      const stepper = new Stepper(create(dying, newTask('t', { parent: 'parent', idempotencyKey: 'k' })));
      for (let i = 0; i < done; i++) stepper.advance();
      // What a dead process leaves: its connection is gone, nothing was rolled back by hand.
      runFreely(dying.abandon());
      expect(query(path, 'SELECT count(*) AS n FROM tasks')[0], `after ${done} steps`).toEqual({ n: 1 });
      expect(query(path, 'SELECT count(*) AS n FROM task_events')[0]).toEqual({ n: 1 });
    }
  });

  it('looks its idempotency key up before the transaction', () => {
    const { session } = board();
    const labels = labelsOf(create(session, newTask('t', { idempotencyKey: 'k' })));

    expect(labels[0]).toMatch(/^SELECT .* idempotency_key = \?/);
    expect(labels[1]).toBe('BEGIN IMMEDIATE');
    expect(labels.filter((label) => label.includes('WHERE idempotency_key'))).toHaveLength(1);
  });

  it('asks for no key where the caller has none', () => {
    const { session } = board();
    expect(labelsOf(create(session, newTask('t')))[0]).toBe('BEGIN IMMEDIATE');
  });

  it('gives the second caller with a key the task of the first, and writes nothing', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('first', { idempotencyKey: 'k' })));
    const before = session.events.next;

    expect(runFreely(create(session, newTask('second', { idempotencyKey: 'k' })))).toEqual({ task: 'first' });
    expect(query(path, 'SELECT id FROM tasks')).toEqual([{ id: 'first' }]);
    expect(session.events.next).toBe(before);
  });

  it('lets two callers with one key both create if both look before either commits', () => {
    const { path, session } = board();
    const other = openSession(path, {}, { worker: 'w2.0' });
    const first = new Stepper(create(session, newTask('first', { idempotencyKey: 'k' })));
    const second = new Stepper(create(other, newTask('second', { idempotencyKey: 'k' })));
    first.advancePast(/idempotency_key = \?/);
    second.advancePast(/idempotency_key = \?/);

    expect(first.finish()).toEqual({ task: 'first' });
    expect(second.finish()).toEqual({ task: 'second' });
    expect(query(path, "SELECT id FROM tasks WHERE idempotency_key = 'k' ORDER BY id")).toEqual([
      { id: 'first' },
      { id: 'second' },
    ]);
  });

  it('does not find the key of an archived task', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('first', { idempotencyKey: 'k' })));
    execute(path, "UPDATE tasks SET status = 'archived'");

    expect(runFreely(create(session, newTask('second', { idempotencyKey: 'k' })))).toEqual({ task: 'second' });
  });

  it.each([
    ['ready', 'todo'],
    ['running', 'todo'],
    ['done', 'ready'],
  ])('makes a child of a parent that is %s %s', (parentStatus, childStatus) => {
    const { path, session } = board();
    runFreely(create(session, newTask('parent')));
    execute(path, `UPDATE tasks SET status = '${parentStatus}'`);
    runFreely(create(session, newTask('child', { parent: 'parent' })));

    expect(statusOf(path, 'child')).toBe(childStatus);
  });

  it('makes a child of a parent that is not there ready, so that it cannot wait for ever', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('orphan', { parent: 'nobody' })));

    expect(statusOf(path, 'orphan')).toBe('ready');
  });

  it('rolls back and keeps its event number where SQLite refuses the row', () => {
    const { path, session } = board();
    runFreely(create(session, newTask('t')));

    expect(() => runFreely(create(session, newTask('t')))).toThrow(/UNIQUE/);
    expect(session.connection.inTransaction).toBe(false);
    runFreely(create(session, newTask('u')));
    const stamps = query(path, 'SELECT payload FROM task_events ORDER BY id').map((row) => String(row['payload']));
    expect(stamps.map((stamp) => stamp.split(' ').slice(1, 3))).toEqual([
      ['1', '0'],
      ['2', '1'],
    ]);
  });
});
