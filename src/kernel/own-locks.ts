import { fstatSync, readFileSync, readdirSync } from 'node:fs';
import { parseLockTable, type DatabaseInodes, type KernelLock } from './locks.ts';

/**
 * The locks of this process on one database, by `/proc/self/fdinfo` (proc(5)). Nobody else notices: to write all of
 * `/proc/locks` out, the kernel stops the locking of the whole machine, and now and then that takes it milliseconds.
 *
 * Only tells of locks that are there. That one does not show proves nothing: a descriptor may be new.
 */
export class OwnLocks {
  /** Of the database and its WAL index, when they were last looked for. */
  #descriptors: readonly string[] = [];

  /** The locks that show on the descriptors that are known. */
  read(): KernelLock[] {
    return this.#descriptors.flatMap((descriptor) => parseLockTable(lockLinesOf(descriptor)));
  }

  /** Looks for the descriptors of a database; among some dozen of them, that takes longer than reading. */
  find({ database, walIndex }: DatabaseInodes): void {
    this.#descriptors = readdirSync('/proc/self/fd').filter((descriptor) => {
      const inode = inodeOf(Number(descriptor));
      return inode !== undefined && (inode === database || inode === walIndex);
    });
  }
}

/** The lines that are like those of `/proc/locks`; empty for a descriptor that has been closed. */
function lockLinesOf(descriptor: string): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').replaceAll('lock:\t', '');
  } catch {
    return '';
  }
}

function inodeOf(descriptor: number): number | undefined {
  try {
    return fstatSync(descriptor).ino;
  } catch {
    // The descriptor of the folder that is being read is among them, and closed by now.
    return undefined;
  }
}
