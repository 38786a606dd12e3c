import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdsWriteLock } from '../../src/kernel/write-lock.ts';
import { actorOn } from '../support/actor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.each(['wal', 'delete'] as const)('the write lock in journal mode %s', (journalMode) => {
  it('is seen while a process is inside a write transaction, and at no other time', async () => {
    const path = join(temporaryFolder(), 'board.db');
    const actor = await actorOn(path, journalMode);
    await actor.call('exec', 'CREATE TABLE t(x)');
    expect(holdsWriteLock(actor.pid, path)).toBe(false);
    await actor.call('exec', 'BEGIN');
    await actor.call('all', 'SELECT * FROM t');
    // Reading takes locks, but not this one.
    expect(holdsWriteLock(actor.pid, path)).toBe(false);
    await actor.call('exec', 'INSERT INTO t VALUES (1)');
    expect(holdsWriteLock(actor.pid, path)).toBe(true);
    expect(holdsWriteLock(process.pid, path)).toBe(false);
    expect(holdsWriteLock(actor.pid, `${path}-other`)).toBe(false);
    await actor.call('exec', 'COMMIT');
    expect(holdsWriteLock(actor.pid, path)).toBe(false);
  });
});

it('nobody holds it who is gone', () => {
  expect(holdsWriteLock(2 ** 22 - 1, '/nowhere/board.db')).toBe(false);
});
