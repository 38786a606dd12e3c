import { readdirSync, readlinkSync, statSync } from 'node:fs';

/** A `-wal` or `-shm` that a process has open and that nobody finds under its name any more. */
export interface LostSidecar {
  descriptor: number;
  /** The name that the file had. */
  path: string;
  how: 'deleted' | 'replaced';
}

const DELETED = ' (deleted)';
const SUFFIXES = ['-wal', '-shm'];

/**
 * The sidecars of a database that a process has open although their names are gone or belong to other files by now. Reads
 * links and calls stat(2) only: no file is opened, no lock is disturbed. Empty for a process that is gone, and where there
 * is no `/proc`.
 * @param seen files that have had these names before, by {@link sidecarIdentities}, to know one again that was renamed.
 */
export function lostSidecarsOf(
  pid: number,
  databasePath: string,
  seen: ReadonlyMap<string, string> = new Map(),
): LostSidecar[] {
  const paths = SUFFIXES.map((suffix) => databasePath + suffix);
  const found: LostSidecar[] = [];
  for (const entry of descriptorsOf(pid)) {
    const lost = lostOf(`/proc/${pid}/fd/${entry}`, paths, seen);
    if (lost) found.push({ descriptor: Number(entry), ...lost });
  }
  return found;
}

/** Which files the sidecars of a database are right now, and their names. */
export function sidecarIdentities(databasePath: string): [identity: string, path: string][] {
  return SUFFIXES.map((suffix) => databasePath + suffix).flatMap((path): [string, string][] => {
    const identity = identityOf(path);
    return identity === undefined ? [] : [[identity, path]];
  });
}

function lostOf(
  link: string,
  paths: readonly string[],
  seen: ReadonlyMap<string, string>,
): Omit<LostSidecar, 'descriptor'> | undefined {
  const target = targetOf(link);
  if (target === undefined) return undefined;
  if (target.endsWith(DELETED)) {
    const path = target.slice(0, -DELETED.length);
    return paths.includes(path) ? { path, how: 'deleted' } : undefined;
  }
  // Anything that is not a file of this folder (pipes, sockets, libraries) needs no stat.
  if (seen.size === 0 || paths.includes(target)) return undefined;
  const identity = identityOf(link);
  const path = identity === undefined ? undefined : seen.get(identity);
  return path !== undefined && identity !== identityOf(path) ? { path, how: 'replaced' } : undefined;
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** The number of an inode is used again as soon as it is free: only with the time of its birth it names a file. */
function identityOf(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
    return stat && `${stat.dev}:${stat.ino}:${stat.birthtimeNs}`;
  } catch {
    // A link of /proc to something that cannot be looked at.
    return undefined;
  }
}
