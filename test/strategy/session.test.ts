import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../src/board/operation/create.ts';
import { runFreely } from '../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../src/strategy/axes.ts';
import { FileLock } from '../../src/strategy/lock/file-lock.ts';
import { codeFrom, newTask, openSession, query, sessionOn } from '../support/board.ts';
import { Stepper } from '../support/stepper.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const tasksOn = (path: string) => query(path, 'SELECT id FROM tasks ORDER BY id').map(({ id }) => id);

/** Two processes on one board, the first in the middle of a write. */
function inTheMiddleOfAWrite(axes: Partial<StrategyAxes> = {}) {
  const path = join(temporaryFolder(), 'board.db');
  const first = openSession(path, axes);
  const second = openSession(path, axes, { worker: 'w2.0' });
  const writer = new Stepper(create(first, newTask('t')));
  writer.advanceTo(/^COMMIT/);
  expect(first.connection.inTransaction).toBe(true);
  return { path, first, second, writer };
}

const codeOfWrite = (session: Parameters<typeof create>[0], id: string) =>
  codeFrom(() => runFreely(create(session, newTask(id))));

describe('a session that vanishes', () => {
  it('has its open transaction rolled back', () => {
    const { path, first, second } = inTheMiddleOfAWrite();
    const { connection } = first;
    expect(codeOfWrite(second, 'u')).toBe('SQLITE_BUSY');

    first.vanish();
    expect(first.isOpen).toBe(false);
    expect(() => connection.exec('SELECT 1')).toThrow('not open');
    expect(tasksOn(path)).toEqual([]);
    expect(codeOfWrite(second, 'u')).toBeUndefined();
    expect(tasksOn(path)).toEqual(['u']);
  });

  it('keeps what it has committed', () => {
    const { path, first, writer } = inTheMiddleOfAWrite();
    writer.finish();
    first.vanish();
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('frees its file locks for another session', () => {
    const { path, first, second } = inTheMiddleOfAWrite({ writeLock: 'flock-bounded' });
    expect(codeOfWrite(second, 'u')).toBe('LOCK_TIMEOUT');

    first.vanish();
    expect(codeOfWrite(second, 'u')).toBeUndefined();
    expect(tasksOn(path)).toEqual(['u']);
  });

  it('frees them also if it vanishes before its connection opens', () => {
    const path = join(temporaryFolder(), 'board.db');
    const session = sessionOn(path, { firstOpen: 'init-flock' });
    const outsider = new FileLock(`${path}.init.lock`);
    new Stepper(session.open()).advanceTo(/^open the database/);
    expect(outsider.tryAcquire()).toBe(false);

    session.vanish();
    expect(outsider.tryAcquire()).toBe(true);
  });

  it('leaves the file locks of others alone', () => {
    const { path, second } = inTheMiddleOfAWrite({ writeLock: 'flock-bounded' });
    expect(codeOfWrite(second, 'u')).toBe('LOCK_TIMEOUT');
    second.vanish();
    expect(new FileLock(`${path}.lock`).tryAcquire()).toBe(false);
  });

  it('may vanish twice, and open again', () => {
    const { path, first } = inTheMiddleOfAWrite({ writeLock: 'flock-bounded' });
    first.vanish();
    first.vanish();
    runFreely(first.open());
    expect(codeOfWrite(first, 'u')).toBeUndefined();
    expect(tasksOn(path)).toEqual(['u']);
  });
});

describe('a session that lets its connection go', () => {
  it('has it until the database is closed, and no longer', () => {
    const { path, first, second } = inTheMiddleOfAWrite();
    const leaving = new Stepper(first.abandon());
    expect(leaving.pending.label).toBe('close the database');
    expect(first.connection.inTransaction).toBe(true);
    expect(codeOfWrite(second, 'u')).toBe('SQLITE_BUSY');

    leaving.advance();
    expect(leaving.isDone).toBe(true);
    expect(first.isOpen).toBe(false);
    expect(codeOfWrite(second, 'u')).toBeUndefined();
    expect(tasksOn(path)).toEqual(['u']);
  });

  it('can still vanish if that step never comes', () => {
    const { first, second } = inTheMiddleOfAWrite();
    expect(new Stepper(first.abandon()).pending.label).toBe('close the database');
    first.vanish();
    expect(codeOfWrite(second, 'u')).toBeUndefined();
  });
});
