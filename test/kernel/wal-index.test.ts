import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWalIndexHeader } from '../../src/kernel/wal-index.ts';
import { actorOn } from '../support/actor.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A real header: `written` commits, the first `checkpointed` of which are in the database. */
async function realWalIndex(): Promise<{ shm: Buffer; log: number; checkpointed: number }> {
  const path = join(temporaryFolder(), 'board.db');
  const [actor, reader] = [await actorOn(path), await actorOn(path)];
  await actor.call('exec', 'CREATE TABLE t(x)');
  for (let i = 0; i < 5; i++) await actor.call('exec', `INSERT INTO t VALUES (${i})`);
  // A reader holds on to this state, so that the checkpoint cannot get further.
  await reader.call('exec', 'BEGIN');
  await reader.call('all', 'SELECT * FROM t');
  for (let i = 0; i < 3; i++) await actor.call('exec', `INSERT INTO t VALUES (${i})`);
  const [answer] = (await actor.call('all', 'PRAGMA wal_checkpoint(PASSIVE)')) as {
    log: number;
    checkpointed: number;
  }[];
  // Nobody in this process has a connection: opening the file by hand cancels no lock.
  return { shm: readFileSync(`${path}-shm`), log: answer?.log ?? -1, checkpointed: answer?.checkpointed ?? -1 };
}

const readFrom = (bytes: Buffer) => readWalIndexHeader((buffer) => bytes.copy(buffer));

describe('readWalIndexHeader', () => {
  it('says what SQLite says of a checkpoint that got half way', async () => {
    const { shm, log, checkpointed } = await realWalIndex();

    expect(checkpointed).toBeGreaterThan(0);
    expect(checkpointed).toBeLessThan(log);
    expect(readFrom(shm)).toEqual({ frames: log, backfilled: checkpointed });
  });

  it('takes a header for torn whichever single bit of its two copies differs', async () => {
    const { shm } = await realWalIndex();
    for (let bit = 0; bit < 96 * 8; bit++) {
      const torn = Buffer.from(shm);
      torn.writeUInt8((torn[bit >> 3] as number) ^ (1 << (bit & 7)), bit >> 3);
      expect(readFrom(torn), `bit ${bit}`).toBeUndefined();
    }
    // One bit further on begins the counter that is not part of the copies.
    const counted = Buffer.from(shm);
    counted.writeUInt8((counted[96] as number) ^ 1, 96);
    expect(readFrom(counted)).toBeDefined();
  });

  it('shows an index that claims more than the WAL holds', async () => {
    const { shm, log } = await realWalIndex();
    if (endianness() === 'LE') shm.writeUInt32LE(log + 1, 96);
    else shm.writeUInt32BE(log + 1, 96);

    expect(readFrom(shm)).toEqual({ frames: log, backfilled: log + 1 });
  });

  it('finds no header in an empty, a short or a zeroed file', async () => {
    const { shm } = await realWalIndex();

    expect(readFrom(Buffer.alloc(0))).toBeUndefined();
    expect(readFrom(shm.subarray(0, 99))).toBeUndefined();
    expect(readFrom(Buffer.alloc(32768))).toBeUndefined();
    expect(readFrom(shm.subarray(0, 100))).toBeDefined();
  });
});
