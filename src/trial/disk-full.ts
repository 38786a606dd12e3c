/** There was no room left: that says nothing about the board. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
  readonly code = 'ENOSPC';
}

/** The last one: SQLite had no room for a WAL index. */
const SIGNS = /\b(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)\b/;

/**
 * A full disk reaches the supervisor in many words: of a worker, of SQLite, of a child that could not write.
 * @param told whatever was said.
 * @throws {DiskFull} if that means a full disk.
 */
export function refuseFullDisk(...told: readonly string[]): void {
  const sign = told.flatMap((text) => text.split('\n')).find((line) => SIGNS.test(line));
  if (sign !== undefined) throw new DiskFull(sign.trim());
}
