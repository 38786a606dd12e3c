import { existsSync, readFileSync, statSync } from 'node:fs';

/** One POSIX or open-file-description lock, as a line of `/proc/locks` tells it. */
export interface KernelLock {
  /** `POSIX` locks belong to a process, `OFDLCK` and `FLOCK` locks to an open file. */
  kind: 'POSIX' | 'OFDLCK' | 'FLOCK';
  mode: 'READ' | 'WRITE';
  /** Process that holds the lock; -1 for open-file-description locks. */
  pid: number;
  inode: number;
  /** First byte of the range. */
  start: number;
  /** Last byte of the range; `Infinity` for a lock that reaches to the end of the file. */
  end: number;
}

/** What one process holds of the lock bytes that SQLite uses (SQLite source, `os_unix.c` and `wal.c`). */
export interface SqliteLocks {
  /** SHARED, or anything stronger that includes it, on the database file. */
  shared: boolean;
  /** RESERVED on the database file: the write lock in rollback-journal mode. */
  reserved: boolean;
  /** PENDING or EXCLUSIVE on the database file: the holder is writing pages. */
  exclusive: boolean;
  /** WAL_WRITE_LOCK: byte 120 of `-shm`, the write lock in WAL mode. */
  walWrite: boolean;
  /** WAL_CKPT_LOCK: byte 121 of `-shm`. */
  walCheckpoint: boolean;
  /** The dead-man-switch lock: byte 128 of `-shm`, held as long as a process uses the WAL index. */
  deadManSwitch: boolean;
}

const PENDING_BYTE = 0x40000000;
const RESERVED_BYTE = PENDING_BYTE + 1;
const SHARED_FIRST = PENDING_BYTE + 2;
const SHARED_LAST = SHARED_FIRST + 509;
const WAL_WRITE_BYTE = 120;
const WAL_CHECKPOINT_BYTE = 121;
const DEAD_MAN_SWITCH_BYTE = 128;

let isShown: boolean | undefined;

/** Whether the kernel shows its lock table here: Linux does, unless a sandbox hides it. */
export function hasLockTable(): boolean {
  return (isShown ??= existsSync('/proc/locks'));
}

/**
 * Reads the kernel's lock table. Reading it disturbs no lock and opens no database.
 * @param pid leaves out the locks of all other processes: the table is long where many processes work.
 * @throws the error of the file system where there is no `/proc/locks`.
 */
export function readLockTable(pid?: number): KernelLock[] {
  return parseLockTable(readFileSync('/proc/locks', 'utf8'), pid);
}

/**
 * Parses the text of `/proc/locks` (proc(5)). Lines of waiting requests (`->`) are left out: they hold nothing.
 * @param text the whole table.
 * @param pid leaves out the locks of all other processes.
 */
export function parseLockTable(text: string, pid?: number): KernelLock[] {
  const locks: KernelLock[] = [];
  const needed = pid === undefined ? '' : ` ${pid} `;
  for (const line of text.split('\n')) {
    if (!line.includes(needed)) continue;
    const fields = line.split(/\s+/);
    const [, kind, , mode, holder, file, start, end] = fields;
    if (end === undefined || file === undefined || (kind !== 'POSIX' && kind !== 'OFDLCK' && kind !== 'FLOCK'))
      continue;
    locks.push({
      kind,
      mode: mode === 'WRITE' ? 'WRITE' : 'READ',
      pid: Number(holder),
      inode: Number(file.slice(file.lastIndexOf(':') + 1)),
      start: Number(start),
      end: end === 'EOF' ? Infinity : Number(end),
    });
  }
  return locks;
}

/** Inodes of a database and of its WAL index; `undefined` where the file does not exist at the moment. */
export interface DatabaseInodes {
  database: number | undefined;
  walIndex: number | undefined;
}

/** Looks the inodes up with stat(2), which cancels no lock (unlike open and close). */
export function statDatabase(databasePath: string): DatabaseInodes {
  return { database: inodeOf(databasePath), walIndex: inodeOf(`${databasePath}-shm`) };
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** What one process holds on a database, according to the kernel. */
export function locksHeldBy(pid: number, inodes: DatabaseInodes, table: readonly KernelLock[]): SqliteLocks {
  const own = table.filter((lock) => lock.kind === 'POSIX' && lock.pid === pid);
  const holds = (inode: number | undefined, first: number, last: number, mode?: 'WRITE'): boolean =>
    own.some(
      (lock) =>
        lock.inode === inode && lock.start <= last && lock.end >= first && (mode === undefined || lock.mode === mode),
    );
  return {
    shared: holds(inodes.database, SHARED_FIRST, SHARED_LAST),
    reserved: holds(inodes.database, RESERVED_BYTE, RESERVED_BYTE, 'WRITE'),
    exclusive: holds(inodes.database, PENDING_BYTE, PENDING_BYTE, 'WRITE'),
    walWrite: holds(inodes.walIndex, WAL_WRITE_BYTE, WAL_WRITE_BYTE, 'WRITE'),
    walCheckpoint: holds(inodes.walIndex, WAL_CHECKPOINT_BYTE, WAL_CHECKPOINT_BYTE, 'WRITE'),
    deadManSwitch: holds(inodes.walIndex, DEAD_MAN_SWITCH_BYTE, DEAD_MAN_SWITCH_BYTE),
  };
}

/** The processes that hold a write lock on a database right now, in WAL or in rollback-journal mode. */
export function writeLockHolders(inodes: DatabaseInodes, table: readonly KernelLock[]): number[] {
  const holders = new Set<number>();
  for (const lock of table) {
    if (lock.kind !== 'POSIX' || lock.mode !== 'WRITE') continue;
    const inRollbackMode = lock.inode === inodes.database && lock.start <= RESERVED_BYTE && lock.end >= RESERVED_BYTE;
    const inWalMode = lock.inode === inodes.walIndex && lock.start <= WAL_WRITE_BYTE && lock.end >= WAL_WRITE_BYTE;
    if (inRollbackMode || inWalMode) holders.add(lock.pid);
  }
  return [...holders];
}

/** Whether these locks make the holder the writer of the moment. */
export function isWriting(locks: SqliteLocks): boolean {
  return locks.reserved || locks.walWrite;
}
