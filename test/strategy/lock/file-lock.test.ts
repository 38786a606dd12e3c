import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLock } from '../../../src/strategy/lock/file-lock.ts';
import { startActor } from '../../support/actor.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Descriptors of this process that are open on a file. */
function ownDescriptorsOf(path: string): string[] {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
    } catch {
      // The descriptor of the listing itself.
      return false;
    }
  });
}

const lockPath = () => join(temporaryFolder(), 'some.lock');

describe('FileLock between processes', () => {
  it('is had by one at a time', async () => {
    const path = lockPath();
    const [first, second] = [startActor(), startActor()];
    await first.call('lock', path);
    expect(await second.call('tryLock', path)).toBe(false);
    expect(new FileLock(path).tryAcquire()).toBe(false);

    await first.call('unlock', path);
    expect(await second.call('tryLock', path)).toBe(true);
    expect(await first.call('tryLock', path)).toBe(false);
  });

  it('is gone with a process that is killed', async () => {
    const path = lockPath();
    const [holder, other] = [startActor(), startActor()];
    await holder.call('lock', path);
    const waiting = other.call('lock', path);
    await holder.kill();
    await waiting;
    expect(new FileLock(path).tryAcquire()).toBe(false);
  });
});

describe('FileLock within a process', () => {
  it('keeps two that opened the file apart', () => {
    const path = lockPath();
    const [first, second] = [new FileLock(path), new FileLock(path)];
    first.acquire();
    expect(second.tryAcquire()).toBe(false);
    first.release();
    expect(second.tryAcquire()).toBe(true);
  });

  it('is not cancelled by closing another descriptor of the file, unlike SQLite’s own locks', async () => {
    const path = lockPath();
    const lock = new FileLock(path);
    lock.acquire();
    closeSync(openSync(path, 'r+'));
    readFileSync(path);
    expect(new FileLock(path).tryAcquire()).toBe(false);
    expect(await startActor().call('tryLock', path)).toBe(false);
  });

  it('may be released without having been had', () => {
    const path = lockPath();
    const [never, holder] = [new FileLock(path), new FileLock(path)];
    never.release();
    holder.acquire();
    never.release();
    expect(new FileLock(path).tryAcquire()).toBe(false);
  });
});

describe('FileLock.close', () => {
  it('lets go of the lock, for other processes too', async () => {
    const path = lockPath();
    const [lock, other] = [new FileLock(path), new FileLock(path)];
    const actor = startActor();
    lock.acquire();
    expect(other.tryAcquire()).toBe(false);
    expect(await actor.call('tryLock', path)).toBe(false);

    lock.close();
    expect(await actor.call('tryLock', path)).toBe(true);
    expect(other.tryAcquire()).toBe(false);
    await actor.call('unlock', path);
    expect(other.tryAcquire()).toBe(true);
  });

  it('lets go of the file: no descriptor of it is left', () => {
    const path = lockPath();
    const lock = new FileLock(path);
    const descriptors = () => ownDescriptorsOf(path);
    lock.acquire();
    expect(descriptors()).toHaveLength(1);
    lock.close();
    expect(descriptors()).toHaveLength(0);
    expect(existsSync(path)).toBe(true);
  });

  it('leaves the lock of somebody else alone', () => {
    const path = lockPath();
    const [never, holder] = [new FileLock(path), new FileLock(path)];
    holder.acquire();
    expect(never.tryAcquire()).toBe(false);
    never.close();
    expect(new FileLock(path).tryAcquire()).toBe(false);
  });

  it('may come twice, before the first use, and before the next one', () => {
    const path = lockPath();
    const lock = new FileLock(path);
    lock.close();
    expect(existsSync(path)).toBe(false);
    lock.acquire();
    lock.close();
    lock.close();
    lock.release();
    expect(lock.tryAcquire()).toBe(true);
    expect(new FileLock(path).tryAcquire()).toBe(false);
  });
});

describe('the file of a lock', () => {
  it('is made at the first use, not before, and stays', () => {
    const path = lockPath();
    const lock = new FileLock(path);
    expect(existsSync(path)).toBe(false);
    lock.acquire();
    expect(statSync(path).size).toBe(0);
    lock.release();
    expect(existsSync(path)).toBe(true);
  });

  it('is not emptied', () => {
    const path = lockPath();
    writeFileSync(path, 'pid 4711');
    new FileLock(path).acquire();
    expect(readFileSync(path, 'utf8')).toBe('pid 4711');
  });
});
