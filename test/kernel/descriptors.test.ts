import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deletedFilesOf } from '../../src/kernel/descriptors.ts';
import { actorOn } from '../support/actor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('finds the sidecars that a live connection goes on using after they were unlinked', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const sidecars = [`${path}-wal`, `${path}-shm`];
  const actor = await actorOn(path);
  await actor.call('exec', 'CREATE TABLE t(x)');
  expect(deletedFilesOf(actor.pid, sidecars)).toEqual([]);

  for (const sidecar of sidecars) rmSync(sidecar);

  const found = deletedFilesOf(actor.pid, sidecars);
  expect(found.map(({ path }) => path).toSorted()).toEqual([`${path}-shm`, `${path}-wal`]);
  expect(new Set(found.map(({ descriptor }) => descriptor)).size).toBe(2);
  expect(deletedFilesOf(actor.pid, [`${path}-wal`])).toHaveLength(1);
  expect(deletedFilesOf(actor.pid, [path, `${path}-journal`])).toEqual([]);

  await actor.call('close');
  expect(deletedFilesOf(actor.pid, sidecars)).toEqual([]);
});

it('finds nothing in a process that is gone', async () => {
  const path = join(temporaryFolder(), 'board.db');
  const actor = await actorOn(path);
  rmSync(path);
  expect(deletedFilesOf(actor.pid, [path])).toHaveLength(1);

  await actor.kill();

  expect(deletedFilesOf(actor.pid, [path])).toEqual([]);
});
