import { closeSync, openSync } from 'node:fs';
import { tryLock, unlock, waitForLockSync } from 'fs-native-extensions';
import type { Lock } from './lock.ts';

/**
 * An exclusive lock on a sidecar file. It belongs to the open file, not to the process, so it excludes the threads of one
 * process too, and closing some other descriptor of the file does not cancel it. Gone when the process dies.
 */
export class FileLock implements Lock {
  readonly label: string;
  readonly #path: string;
  #descriptor: number | undefined;

  /** @param path the sidecar; created empty at the first use, and never removed: removing a lock file is a race. */
  constructor(path: string) {
    this.#path = path;
    this.label = `lock on ${path.slice(path.lastIndexOf('/') + 1)}`;
  }

  tryAcquire(): boolean {
    return tryLock(this.#open());
  }

  acquire(): void {
    waitForLockSync(this.#open());
  }

  release(): void {
    if (this.#descriptor !== undefined) unlock(this.#descriptor);
  }

  /** Lets go of the lock and of the file, as the end of the process does. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    this.#descriptor ??= openSync(this.#path, 'a');
    return this.#descriptor;
  }
}
