import { copyFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lostSidecarsOf, sidecarIdentities } from '../../src/kernel/descriptors.ts';
import { actorOn } from '../support/actor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function actorWithSidecars() {
  const path = join(temporaryFolder(), 'board.db');
  const actor = await actorOn(path);
  await actor.call('exec', 'CREATE TABLE t(x)');
  return { path, actor, seen: new Map(sidecarIdentities(path)) };
}

describe('lostSidecarsOf', () => {
  it('finds the sidecars that a live connection goes on using after they were unlinked', async () => {
    const { path, actor } = await actorWithSidecars();
    expect(lostSidecarsOf(actor.pid, path)).toEqual([]);

    rmSync(`${path}-wal`);
    expect(lostSidecarsOf(actor.pid, path)).toMatchObject([{ path: `${path}-wal`, how: 'deleted' }]);
    rmSync(`${path}-shm`);
    const found = lostSidecarsOf(actor.pid, path);

    expect(found.map(({ path }) => path).toSorted()).toEqual([`${path}-shm`, `${path}-wal`]);
    expect(new Set(found.map(({ descriptor }) => descriptor)).size).toBe(2);
    expect(lostSidecarsOf(actor.pid, `${path}x`)).toEqual([]);
    await actor.call('close');
    expect(lostSidecarsOf(actor.pid, path)).toEqual([]);
  });

  it('finds one that was renamed away, and one that another file has taken the place of', async () => {
    const { path, actor, seen } = await actorWithSidecars();
    renameSync(`${path}-wal`, `${path}-wal.old`);
    expect(lostSidecarsOf(actor.pid, path, seen)).toMatchObject([{ path: `${path}-wal`, how: 'replaced' }]);

    copyFileSync(`${path}-wal.old`, `${path}-wal`);
    expect(lostSidecarsOf(actor.pid, path, seen)).toMatchObject([{ path: `${path}-wal`, how: 'replaced' }]);
    // Whoever has never seen the file under its name cannot know.
    expect(lostSidecarsOf(actor.pid, path)).toEqual([]);
  });

  it('is not misled by another path to the same files', async () => {
    const { path, actor } = await actorWithSidecars();
    const alias = join(temporaryFolder(), 'alias');
    symlinkSync(dirname(path), alias);
    const seen = new Map(sidecarIdentities(join(alias, 'board.db')));
    expect(seen.size).toBe(2);
    expect(lostSidecarsOf(actor.pid, join(alias, 'board.db'), seen)).toEqual([]);
  });

  it('takes no other lost file for a sidecar', async () => {
    const { path, actor } = await actorWithSidecars();
    rmSync(path);
    expect(lostSidecarsOf(actor.pid, path)).toEqual([]);
  });

  it('finds nothing in a healthy process, nor in one that is gone', async () => {
    const { path, actor, seen } = await actorWithSidecars();
    expect(lostSidecarsOf(actor.pid, path, seen)).toEqual([]);
    rmSync(`${path}-wal`);
    await actor.kill();
    expect(lostSidecarsOf(actor.pid, path, seen)).toEqual([]);
  });
});
