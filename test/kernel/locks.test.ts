import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isWriting,
  locksHeldBy,
  parseLockTable,
  readLockTable,
  statDatabase,
  writeLockHolders,
} from '../../src/kernel/locks.ts';
import { actorOn, startActor } from '../support/actor.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NONE = {
  shared: false,
  reserved: false,
  exclusive: false,
  walWrite: false,
  walCheckpoint: false,
  deadManSwitch: false,
};

describe('parseLockTable', () => {
  it('reads process locks, open-file locks and flocks', () => {
    const text = [
      '1: POSIX  ADVISORY  READ 4711 fe:00:9001 1073741826 1073742335',
      '2: OFDLCK ADVISORY  WRITE -1 fe:00:9002 0 EOF',
      '3: FLOCK  ADVISORY  WRITE 812 08:11:77 0 EOF',
      '',
    ].join('\n');

    expect(parseLockTable(text)).toEqual([
      { kind: 'POSIX', mode: 'READ', pid: 4711, inode: 9001, start: 1073741826, end: 1073742335 },
      { kind: 'OFDLCK', mode: 'WRITE', pid: -1, inode: 9002, start: 0, end: Infinity },
      { kind: 'FLOCK', mode: 'WRITE', pid: 812, inode: 77, start: 0, end: Infinity },
    ]);
  });

  it('leaves out whoever only waits', () => {
    const text = [
      '1: POSIX  ADVISORY  WRITE 100 fe:00:9001 120 120',
      '1: -> POSIX  ADVISORY  WRITE 200 fe:00:9001 120 120',
      '1: ->  -> OFDLCK  ADVISORY  WRITE -1 fe:00:9001 0 EOF',
    ].join('\n');

    expect(parseLockTable(text).map(({ pid }) => pid)).toEqual([100]);
  });

  it('leaves out leases, mandatory oddities without a range, and an empty table', () => {
    expect(
      parseLockTable('1: LEASE  ACTIVE    READ  100 fe:00:9001 0 EOF\n2: DELEG  ACTIVE  READ 3 fe:00:9 0 EOF\n'),
    ).toEqual([]);
    expect(parseLockTable('')).toEqual([]);
    expect(parseLockTable('1: POSIX  ADVISORY  WRITE 100')).toEqual([]);
  });
});

describe('locksHeldBy', () => {
  const inodes = { database: 10, walIndex: 20 };
  const lock = { kind: 'POSIX', mode: 'WRITE', pid: 7, inode: 20, start: 120, end: 120 } as const;

  it('counts a wide range for every byte in it', () => {
    const table = [{ ...lock, inode: 10, start: 0x40000000, end: Infinity }];

    expect(locksHeldBy(7, inodes, table)).toEqual({ ...NONE, shared: true, reserved: true, exclusive: true });
  });

  it.each([
    ['of another process', { pid: 8 }],
    ['on another file', { inode: 30 }],
    ['next to the byte', { start: 119, end: 119 }],
    ['of another kind', { kind: 'OFDLCK' }],
    ['for reading only', { mode: 'READ' }],
  ] as const)('does not count a lock %s', (_, other) => {
    expect(locksHeldBy(7, inodes, [{ ...lock, ...other }])).toEqual(NONE);
    expect(locksHeldBy(7, inodes, [lock])).toEqual({ ...NONE, walWrite: true });
  });

  it('takes a missing -shm for no lock, even where the table has locks on unknown files', () => {
    const unknown = { ...lock, inode: Number.NaN };

    expect(locksHeldBy(7, { database: undefined, walIndex: undefined }, [lock, unknown])).toEqual(NONE);
  });
});

describe('the kernel on real databases', () => {
  it('shows the writer of a WAL database from BEGIN IMMEDIATE to COMMIT', async () => {
    const path = join(temporaryFolder(), 'board.db');
    const actor = await actorOn(path);
    const bystander = await actorOn(path);
    await actor.call('exec', 'CREATE TABLE t(x)');
    await bystander.call('all', 'SELECT * FROM t');

    expect(writeLockHolders(statDatabase(path), readLockTable())).toEqual([]);
    await actor.call('exec', 'BEGIN IMMEDIATE');

    const during = locksHeldBy(actor.pid, statDatabase(path), readLockTable());
    expect(during).toEqual({ ...NONE, shared: true, walWrite: true, deadManSwitch: true });
    expect(isWriting(during)).toBe(true);
    expect(writeLockHolders(statDatabase(path), readLockTable())).toEqual([actor.pid]);
    expect(isWriting(locksHeldBy(bystander.pid, statDatabase(path), readLockTable()))).toBe(false);

    await actor.call('exec', 'COMMIT');
    expect(writeLockHolders(statDatabase(path), readLockTable())).toEqual([]);
    expect(locksHeldBy(actor.pid, statDatabase(path), readLockTable())).toEqual({
      ...NONE,
      shared: true,
      deadManSwitch: true,
    });
  });

  it('shows the writer of a rollback-journal database, and who writes pages', async () => {
    const path = join(temporaryFolder(), 'board.db');
    const actor = await actorOn(path, 'delete');
    await actor.call('exec', 'CREATE TABLE t(x)');
    await actor.call('exec', 'BEGIN IMMEDIATE');

    expect(locksHeldBy(actor.pid, statDatabase(path), readLockTable())).toEqual({
      ...NONE,
      shared: true,
      reserved: true,
    });
    expect(writeLockHolders(statDatabase(path), readLockTable())).toEqual([actor.pid]);

    await actor.call('exec', 'ROLLBACK');
    await actor.call('exec', 'BEGIN EXCLUSIVE');
    expect(locksHeldBy(actor.pid, statDatabase(path), readLockTable())).toMatchObject({ exclusive: true });

    await actor.call('exec', 'COMMIT');
    expect(locksHeldBy(actor.pid, statDatabase(path), readLockTable())).toEqual(NONE);
    expect(writeLockHolders(statDatabase(path), readLockTable())).toEqual([]);
  });

  it('shows nobody once the holder was killed', async () => {
    const path = join(temporaryFolder(), 'board.db');
    const actor = await actorOn(path);
    await actor.call('exec', 'BEGIN IMMEDIATE');
    const inodes = statDatabase(path);
    expect(writeLockHolders(inodes, readLockTable())).toEqual([actor.pid]);

    await actor.kill();

    expect(writeLockHolders(inodes, readLockTable())).toEqual([]);
  });

  it('shows a file lock as the open file’s, and its waiter not at all', async () => {
    const path = join(temporaryFolder(), 'some.lock');
    const [holder, waiter] = [startActor(), startActor()];
    await holder.call('lock', path);
    const { ino } = statSync(path);
    const own = () => readLockTable().filter(({ inode }) => inode === ino);
    expect(own()).toEqual([{ kind: 'OFDLCK', mode: 'WRITE', pid: -1, inode: ino, start: 0, end: Infinity }]);

    const waiting = waiter.call('lock', path);
    const waits = new RegExp(`->.*:${ino} `);
    await eventually('the second process waits', () => waits.test(readFileSync('/proc/locks', 'latin1')));
    expect(own()).toHaveLength(1);

    await holder.call('unlock', path);
    await waiting;
    expect(own()).toHaveLength(1);
    await waiter.kill();
    expect(own()).toEqual([]);
  });

  it('knows the files by their names of the moment', async () => {
    const path = join(temporaryFolder(), 'board.db');
    expect(statDatabase(path)).toEqual({ database: undefined, walIndex: undefined });
    const actor = await actorOn(path);
    await actor.call('exec', 'CREATE TABLE t(x)');

    expect(statDatabase(path)).toEqual({ database: statSync(path).ino, walIndex: statSync(`${path}-shm`).ino });
    rmSync(`${path}-shm`);
    expect(statDatabase(path).walIndex).toBeUndefined();
    await eventually('the process still holds its locks', () => readLockTable().some(({ pid }) => pid === actor.pid));
  });
});
