import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complete } from '../../../src/board/operation/complete.ts';
import { create } from '../../../src/board/operation/create.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { Steps } from '../../../src/step/step.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { CommitUncertain } from '../../../src/strategy/errors.ts';
import { actorOn } from '../../support/actor.ts';
import { codeFrom, execute, newTask, openSession, query, transactionsIn } from '../../support/board.ts';
import { Stepper } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** So long that a test which waits for it does not pass. */
const TOO_LONG_MS = 100_000;

function board(axes: Partial<StrategyAxes>, settings: Parameters<typeof openSession>[2] = {}) {
  const path = join(temporaryFolder(), 'board.db');
  return { path, session: openSession(path, axes, settings) };
}

const sleepsIn = (labels: readonly string[]) => labels.filter((label) => label.startsWith('sleep'));
const tasksOn = (path: string) => query(path, 'SELECT id FROM tasks ORDER BY id').map(({ id }) => id);

describe('a deferred transaction', () => {
  it('that has read fails at once if somebody has written since, whatever the busy timeout says', () => {
    const { path, session } = board({ transaction: 'deferred', busyTimeoutMs: TOO_LONG_MS });
    runFreely(create(session, newTask('t')));
    const stepper = new Stepper(complete(session, 't'));
    // Reads the task's run first: this is where the snapshot is taken.
    stepper.advancePast(/^SELECT current_run_id/);
    expect(stepper.labels[0]).toBe('BEGIN');
    execute(path, "UPDATE tasks SET title = 'changed'");

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_BUSY_SNAPSHOT');
    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN', 'ROLLBACK']);
    expect(session.connection.inTransaction).toBe(false);
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('goes through if nobody writes in between', () => {
    const { path, session } = board({ transaction: 'deferred' });
    runFreely(create(session, newTask('t')));
    runFreely(complete(session, 't'));
    expect(query(path, 'SELECT status FROM tasks')).toEqual([{ status: 'done' }]);
  });
});

describe('an immediate transaction', () => {
  it('holds the write lock before it reads', async () => {
    const { path, session } = board({ transaction: 'immediate' });
    runFreely(create(session, newTask('t')));
    const other = await actorOn(path);
    const stepper = new Stepper(complete(session, 't'));
    stepper.advancePast(/^BEGIN IMMEDIATE/);

    await expect(other.call('exec', 'BEGIN IMMEDIATE')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    stepper.finish();
    await other.call('exec', 'BEGIN IMMEDIATE');
  });

  it('is not tried again without jitter', async () => {
    const { path, session } = board({ transaction: 'immediate' });
    const other = await actorOn(path);
    await other.call('exec', 'BEGIN IMMEDIATE');
    const stepper = new Stepper(create(session, newTask('t')));

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_BUSY');
    expect(stepper.labels).toEqual(['BEGIN IMMEDIATE']);
  });
});

describe('jitter', () => {
  it('tries BEGIN six times, 20 to 150 ms apart, and then gives up', async () => {
    const draws = [0, 0.999, 0.5, 0.25, 0.75];
    const { path, session } = board({ transaction: 'immediate-jitter' }, { random: () => draws.shift() ?? Number.NaN });
    const other = await actorOn(path);
    await other.call('exec', 'BEGIN IMMEDIATE');
    const stepper = new Stepper(create(session, newTask('t')));

    expect(codeFrom(() => stepper.finish(['sleep']))).toBe('SQLITE_BUSY');
    expect(transactionsIn(stepper.labels)).toHaveLength(6);
    expect(sleepsIn(stepper.labels).map((label) => Math.round(Number(label.split(' ')[1])))).toEqual([
      20, 150, 85, 53, 118,
    ]);
  });

  it('goes on as soon as the other is through', async () => {
    const { path, session } = board({ transaction: 'immediate-jitter' });
    const other = await actorOn(path);
    await other.call('exec', 'BEGIN IMMEDIATE');
    const stepper = new Stepper(create(session, newTask('t')));
    stepper.advancePast(/^sleep/);
    stepper.advancePast(/^sleep/);
    await other.call('exec', 'COMMIT');
    stepper.finish();

    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN IMMEDIATE', 'BEGIN IMMEDIATE', 'BEGIN IMMEDIATE', 'COMMIT']);
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('tries COMMIT again, and not what is in the transaction', async () => {
    const { path, session } = board({ transaction: 'immediate-jitter', pragmas: 'delete-full' });
    const reader = await actorOn(path, 'delete');
    await reader.call('exec', 'BEGIN');
    await reader.call('all', 'SELECT * FROM tasks');
    const stepper = new Stepper(create(session, newTask('t')));
    stepper.advancePast(/^sleep/);
    await reader.call('exec', 'COMMIT');
    stepper.finish();

    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'COMMIT']);
    expect(stepper.labels.filter((label) => label.startsWith('INSERT INTO tasks'))).toHaveLength(1);
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('does not try again what is not busy', () => {
    const { session } = board({ transaction: 'immediate-jitter' });
    runFreely(create(session, newTask('t')));
    const stepper = new Stepper(create(session, newTask('t')));

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(sleepsIn(stepper.labels)).toEqual([]);
  });
});

describe('a COMMIT that fails', () => {
  it('because a reader is in the way is rolled back, and its event number is free again', async () => {
    const { path, session } = board({ transaction: 'immediate', pragmas: 'delete-full' });
    const reader = await actorOn(path, 'delete');
    await reader.call('exec', 'BEGIN');
    await reader.call('all', 'SELECT * FROM tasks');
    const stepper = new Stepper(create(session, newTask('t')));

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_BUSY');
    expect(transactionsIn(stepper.labels)).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']);
    await reader.call('exec', 'COMMIT');
    expect(tasksOn(path)).toEqual([]);
    expect(session.events.next).toBe(1);
  });

  it('in a way that says nothing of the data leaves its event number spent: here the rows are durable', () => {
    const { path, session } = board({ transaction: 'immediate', pragmas: 'delete-full' });
    const stepper = new Stepper(create(session, newTask('t')));
    stepper.advanceTo(/^COMMIT/);
    // Another process "tidies up" the hot journal: SQLite fails to delete it, after the pages have been written.
    rmSync(`${path}-journal`);
    let error: unknown;
    try {
      stepper.finish();
    } catch (caught) {
      error = caught;
    }

    expect(error).toBeInstanceOf(CommitUncertain);
    expect(error).toMatchObject({
      code: 'SQLITE_IOERR_DELETE_NOENT',
      message: expect.stringContaining('COMMIT failed'),
    });
    expect([session.events.next, session.events.acknowledged]).toEqual([2, 0]);
    runFreely(session.abandon());
    expect(tasksOn(path)).toEqual(['t']);
  });
});

describe('a transaction', () => {
  it('whose body fails is rolled back, and the next one works', () => {
    const { path, session } = board({});
    const failing = function* (): Steps<void> {
      yield session.run("INSERT INTO task_comments (task_id, author, body, created_at) VALUES ('t', 'a', 'b', 1)");
      session.events.stamp('created', 't');
      throw new Error('changed its mind');
    };

    expect(() => runFreely(session.write(failing))).toThrow('changed its mind');
    expect(session.connection.inTransaction).toBe(false);
    expect(session.events.next).toBe(1);
    runFreely(create(session, newTask('t')));
    expect(query(path, 'SELECT count(*) AS n FROM task_comments')).toEqual([{ n: 0 }]);
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('runs what others hang in between at its places: inside before COMMIT, outside behind it', () => {
    const seen: [string, boolean][] = [];
    const path = join(temporaryFolder(), 'board.db');
    const look = (place: string) =>
      function* (): Steps<void> {
        yield session.get('SELECT 1');
        seen.push([place, session.connection.inTransaction]);
      };
    const session = openSession(
      path,
      {},
      { hooks: { *connected() {}, beforeCommit: () => look('before')(), afterCommit: () => look('after')() } },
    );
    runFreely(create(session, newTask('t')));

    expect(seen).toEqual([
      ['before', true],
      ['after', false],
    ]);
    expect(session.events.acknowledged).toBe(1);
  });
});
