import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { bundled } from '../../../src/engine/bundled.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { codeFrom, execute, newTask, openSession, query, sessionOn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const TO_WAL = 'PRAGMA journal_mode = wal';
const TO_DELETE = 'PRAGMA journal_mode = delete';

/** A database with a rollback journal. */
function rollbackDatabase(): string {
  const path = join(temporaryFolder(), 'board.db');
  execute(path, 'CREATE TABLE ballast (x)');
  return path;
}

/** The first open of a database where something stands in the place of the WAL: SQLite cannot go into WAL mode. */
function openWithoutWal(pragmas: StrategyAxes['pragmas']) {
  const path = rollbackDatabase();
  mkdirSync(`${path}-wal`);
  const session = sessionOn(path, { pragmas });
  return { path, session, stepper: new Stepper(session.open()), makeRoom: () => rmdirSync(`${path}-wal`) };
}

const journalModesIn = (labels: readonly string[]) => labels.filter((label) => label.includes('journal_mode'));
const journalModeOn = (path: string) => query(path, 'PRAGMA journal_mode')[0]?.['journal_mode'];

describe('wal-or-delete', () => {
  it('takes WAL where it can be had, and asks for nothing else', () => {
    const path = rollbackDatabase();
    expect(journalModesIn(labelsOf(sessionOn(path, { pragmas: 'wal-or-delete' }).open()))).toEqual([TO_WAL]);
    expect(journalModeOn(path)).toBe('wal');
  });

  it('takes the rollback journal where SQLite fails to go into WAL mode, and works', () => {
    const { path, session, stepper, makeRoom } = openWithoutWal('wal-or-delete');
    stepper.advancePast(new RegExp(`^${TO_WAL}$`));
    expect(stepper.pending.label).toBe(TO_DELETE);
    makeRoom();
    stepper.finish();

    expect(journalModesIn(stepper.labels)).toEqual([TO_WAL, TO_DELETE]);
    expect(stepper.labels).toEqual(
      expect.arrayContaining(['PRAGMA synchronous = 1', 'PRAGMA wal_autocheckpoint = 1000']),
    );
    runFreely(create(session, newTask('t')));
    expect(journalModeOn(path)).toBe('delete');
    expect(query(path, 'SELECT id FROM tasks')).toEqual([{ id: 't' }]);
  });

  it('fails like any other where that fails as well', () => {
    const { session, stepper } = openWithoutWal('wal-or-delete');
    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_CANTOPEN');
    expect(journalModesIn(stepper.labels)).toEqual([TO_WAL, TO_DELETE]);
    expect(session.isOpen).toBe(false);
  });

  it('lets a busy error through: the lock of another is no reason to leave WAL', () => {
    const path = rollbackDatabase();
    const writer = bundled.open(path, 0);
    writer.exec('BEGIN IMMEDIATE');
    const session = sessionOn(path, { pragmas: 'wal-or-delete' });
    const stepper = new Stepper(session.open());

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_BUSY');
    expect(journalModesIn(stepper.labels)).toEqual([TO_WAL]);
    expect(session.isOpen).toBe(false);
    writer.close();
    expect(codeFrom(() => runFreely(session.open()))).toBeUndefined();
    expect(journalModeOn(path)).toBe('wal');
  });
});

describe('v1', () => {
  it('does not fall back', () => {
    const { session, stepper } = openWithoutWal('v1');
    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_CANTOPEN');
    expect(journalModesIn(stepper.labels)).toEqual([TO_WAL]);
    expect(session.isOpen).toBe(false);
    expect(codeFrom(() => openSession(rollbackDatabase(), { pragmas: 'v1' }))).toBeUndefined();
  });
});
