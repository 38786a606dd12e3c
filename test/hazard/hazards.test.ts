import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATABASE_FILES, HAZARD_MOMENTS, labelOf, pathOf } from '../../src/hazard/hazard.ts';
import { HAZARDS, hazardNamed } from '../../src/hazard/index.ts';
import { lostSidecarsOf } from '../../src/kernel/descriptors.ts';
import { locksHeldBy, readLockTable, statDatabase } from '../../src/kernel/locks.ts';
import { actorOn } from '../support/actor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A process in the middle of a write transaction, and what the kernel says of its locks. */
async function writerOn(journalMode: 'wal' | 'delete') {
  const path = join(temporaryFolder(), 'board.db');
  const writer = await actorOn(path, journalMode);
  await writer.call('exec', 'CREATE TABLE t(x)');
  await writer.call('exec', 'BEGIN IMMEDIATE');
  await writer.call('exec', 'INSERT INTO t VALUES (1)');
  return { path, writer, locks: () => locksHeldBy(writer.pid, statDatabase(path), readLockTable()) };
}

describe('raw-read', () => {
  it('of the database cancels SHARED in WAL mode, and not the locks on -shm', async () => {
    const { path, writer, locks } = await writerOn('wal');
    expect(locks()).toMatchObject({ shared: true, walWrite: true, deadManSwitch: true });
    await writer.call('hazard', 'raw-read', path, 'database');
    expect(locks()).toMatchObject({ shared: false, walWrite: true, deadManSwitch: true });
  });

  it('of -shm cancels the write lock and the dead man’s switch', async () => {
    const { path, writer, locks } = await writerOn('wal');
    await writer.call('hazard', 'raw-read', path, 'shm');
    expect(locks()).toMatchObject({ shared: true, walWrite: false, deadManSwitch: false });
  });

  it('of -wal cancels nothing: there are no locks on it', async () => {
    const { path, writer, locks } = await writerOn('wal');
    const before = locks();
    await writer.call('hazard', 'raw-read', path, 'wal');
    expect(locks()).toEqual(before);
  });

  it('inside a rollback-journal transaction lets a second writer in', async () => {
    const { path, writer, locks } = await writerOn('delete');
    const second = await actorOn(path, 'delete');
    await expect(second.call('exec', 'BEGIN IMMEDIATE')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });

    await writer.call('hazard', 'raw-read', path, 'database');

    expect(locks()).toMatchObject({ shared: false, reserved: false });
    await second.call('exec', 'BEGIN IMMEDIATE');
  });

  it('by another process cancels nobody’s locks but its own', async () => {
    const { path, writer, locks } = await writerOn('wal');
    const other = await actorOn(path);
    await other.call('all', 'SELECT * FROM t');
    const others = () => locksHeldBy(other.pid, statDatabase(path), readLockTable());
    expect(others()).toMatchObject({ shared: true });
    const before = locks();

    await other.call('hazard', 'raw-read', path, 'database');

    expect(others()).toMatchObject({ shared: false });
    expect(locks()).toEqual(before);
    expect(writer.pid).not.toBe(other.pid);
  });
});

describe('copy-live', () => {
  it('cancels every lock of its process, and takes its copy away again', async () => {
    const { path, writer, locks } = await writerOn('wal');
    const before = readdirSync(join(path, '..'));
    await writer.call('hazard', 'copy-live', path, 'database');

    expect(Object.values(locks()).every((held) => !held)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(before);
  });
});

describe('unlink-sidecars', () => {
  it('takes both names away from files that a live connection goes on using', async () => {
    const { path, writer } = await writerOn('wal');
    await writer.call('hazard', 'unlink-sidecars', path, 'database');

    expect(readdirSync(join(path, '..'))).toEqual(['board.db']);
    expect(lostSidecarsOf(writer.pid, path)).toHaveLength(2);
    await writer.call('exec', 'COMMIT');
    const reader = await actorOn(path);
    expect(await reader.call('all', 'SELECT name FROM sqlite_schema')).not.toEqual(
      await writer.call('all', 'SELECT name FROM sqlite_schema'),
    );
  });
});

describe.each(HAZARDS.map((hazard) => [hazard.name, hazard] as const))('%s', (name, hazard) => {
  it.each(DATABASE_FILES)('takes a missing database (%s) for no error, and makes nothing', (file) => {
    const folder = temporaryFolder();
    expect(hazard.perform(join(folder, 'board.db'), file)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that it found something to do', () => {
    const path = join(temporaryFolder(), 'board.db');
    // Nobody has these open: this process may touch them.
    for (const suffix of ['', '-wal', '-shm']) writeFileSync(path + suffix, 'bytes');
    expect(hazard.perform(path)).toBe(true);
  });

  it('says what it does, why that is dangerous and where the rule is written', () => {
    expect(hazardNamed(name)).toBe(hazard);
    expect(hazard.summary).not.toBe('');
    expect(hazard.mechanism).toMatch(/: /);
    expect(hazard.source).toMatch(/SQLite "How To Corrupt", section/);
  });
});

describe('the names of hazards', () => {
  it('are told apart', () => {
    expect(new Set(HAZARDS.map(({ name }) => name)).size).toBe(HAZARDS.length);
    expect(() => hazardNamed('raw-write')).toThrow('no hazard is named "raw-write"');
  });

  it('are labelled with file, moment and chance', () => {
    const use = { hazard: 'raw-read', file: 'shm', when: 'after-commit' } as const;
    expect(labelOf({ ...use, probability: 1 })).toBe('raw-read(shm) after-commit');
    expect(labelOf({ ...use, probability: 0.25 })).toBe('raw-read(shm) after-commit p=0.25');
    expect(labelOf({ hazard: 'copy-live', when: 'connect', probability: 1 })).toBe('copy-live connect');
    expect(HAZARD_MOMENTS).toContain(use.when);
  });

  it('belong to files of the database', () => {
    expect(DATABASE_FILES.map((file) => pathOf('/x/board.db', file))).toEqual([
      '/x/board.db',
      '/x/board.db-wal',
      '/x/board.db-shm',
    ]);
  });
});
