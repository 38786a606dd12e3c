import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { monotonicNs } from '../../src/kernel/clock.ts';
import { signal, stateOf } from '../../src/kernel/process.ts';
import type { Observation } from '../../src/trial/facts.ts';
import { Observer } from '../../src/trial/observer-client.ts';
import { actorOn } from '../support/actor.ts';
import { eventually } from '../support/eventually.ts';
import { newChildContext } from '../support/child-context.ts';

function watching() {
  const { folder, compileCache, reaper } = newChildContext();
  const observer = new Observer(compileCache, reaper);
  onTestFinished(() => observer.dismiss());
  const path = join(folder, 'board.db');
  const output = join(folder, 'observations.jsonl');
  const seen = (): Observation[] =>
    existsSync(output)
      ? readFileSync(output, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Observation)
      : [];
  observer.watch(path, String(monotonicNs()), output);
  return { observer, path, seen };
}

/** A WAL index that says these things of itself. */
function walIndex(frames: number, backfilled: number): Buffer {
  const bytes = Buffer.alloc(32768);
  const write = (value: number, offset: number) =>
    endianness() === 'LE' ? bytes.writeUInt32LE(value, offset) : bytes.writeUInt32BE(value, offset);
  for (const copy of [0, 48]) {
    bytes.writeUInt8(1, copy + 12);
    write(frames, copy + 16);
  }
  write(backfilled, 96);
  return bytes;
}

describe('the observer', () => {
  it('sees a live process go on using sidecars that were unlinked, and says so once each', async () => {
    const { observer, path, seen } = watching();
    const actor = await actorOn(path);
    await actor.call('exec', 'CREATE TABLE t(x)');
    observer.pids([actor.pid]);
    await actor.call('hazard', 'unlink-sidecars', path, 'database');
    await eventually('both were seen', () => seen().length >= 2);
    await observer.unwatch();

    const found = seen().filter((observation) => 'pid' in observation);
    expect(found.map(({ path }) => path).toSorted()).toEqual([`${path}-shm`, `${path}-wal`]);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['deleted-sidecar']));
    expect(found.every(({ pid, samples, atNs }) => pid === actor.pid && samples >= 3 && atNs > 0)).toBe(true);
    expect(seen().at(-1)).toMatchObject({ kind: 'end' });
  });

  it('sees a live process go on using a WAL that was renamed away', async () => {
    const { observer, path, seen } = watching();
    const actor = await actorOn(path);
    await actor.call('exec', 'CREATE TABLE t(x)');
    observer.pids([actor.pid]);
    // The file is known by its inode, so it has to be seen under its name first.
    await new Promise((resolve) => setTimeout(resolve, 150));
    renameSync(`${path}-wal`, `${path}-wal.old`);
    await eventually('it was seen', () => seen().length > 0);
    await observer.unwatch();

    expect(seen()[0]).toMatchObject({ kind: 'replaced-sidecar', pid: actor.pid, path: `${path}-wal` });
  });

  it('sees a WAL index that claims more than the WAL holds', async () => {
    const { observer, path, seen } = watching();
    writeFileSync(`${path}-shm`, walIndex(7, 9));
    await eventually('it was seen', () => seen().length > 0);
    await observer.unwatch();

    expect(seen().filter(({ kind }) => kind === 'wal-index')).toMatchObject([{ frames: 7, backfilled: 9 }]);
  });

  it('sees nothing wrong with healthy workers, and says how often it looked', async () => {
    const { observer, path, seen } = watching();
    const actor = await actorOn(path);
    observer.pids([actor.pid]);
    await actor.call('exec', 'CREATE TABLE t(x)');
    for (let i = 0; i < 20; i++) {
      await actor.call('exec', `INSERT INTO t VALUES (${i})`);
      await actor.call('all', 'PRAGMA wal_checkpoint(TRUNCATE)');
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    await observer.unwatch();

    expect(seen()).toEqual([{ kind: 'end', atNs: expect.any(Number), samples: expect.any(Number) }]);
    expect((seen()[0] as { samples: number }).samples).toBeGreaterThan(2);
  });

  it('takes no stand on what a stopped process has left half done', async () => {
    const { observer, path, seen } = watching();
    const actor = await actorOn(path);
    await actor.call('exec', 'CREATE TABLE t(x)');
    observer.pids([actor.pid]);
    signal(actor.pid, 'SIGSTOP');
    await eventually('it stands', () => stateOf(actor.pid) === 'stopped');
    rmSync(`${path}-wal`);
    writeFileSync(`${path}-shm`, walIndex(7, 9));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await observer.unwatch();

    expect(seen()).toEqual([{ kind: 'end', atNs: expect.any(Number), samples: expect.any(Number) }]);
    expect((seen()[0] as { samples: number }).samples).toBeGreaterThan(3);
  });

  it('holds no lock and opens no database: a writer’s locks are still there', async () => {
    const { observer, path } = watching();
    const [writer, second] = [await actorOn(path), await actorOn(path)];
    await writer.call('exec', 'BEGIN IMMEDIATE');
    observer.pids([writer.pid]);
    await new Promise((resolve) => setTimeout(resolve, 120));

    await expect(second.call('exec', 'BEGIN IMMEDIATE')).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await writer.call('exec', 'COMMIT');
    await observer.unwatch();
  });
});
