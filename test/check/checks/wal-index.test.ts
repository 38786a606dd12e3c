import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { walIndex } from '../../../src/check/checks/wal-index.ts';
import { actorOn } from '../../support/actor.ts';
import { goodTrial, type TrialFolder } from '../trial-folder.ts';
import { underObservation } from '../under-observation.ts';

const FEW = { operations: 4 };
const WATCH_MS = 300;
const WRITE = "UPDATE tasks SET title = 'written while somebody watches'";
const HEADER_COPY_BYTES = 48;
const BACKFILL_OFFSET = 96;

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  if (endianness() === 'LE') bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}

/** The beginning of a `-shm` file, as SQLite lays it out. */
function header(frames: number, backfilled: number): Buffer {
  const copy = Buffer.alloc(HEADER_COPY_BYTES);
  copy.writeUInt8(1, 12);
  int32(frames).copy(copy, 16);
  return Buffer.concat([copy, copy, int32(backfilled), Buffer.alloc(36)]);
}

/** The checksum of a WAL index header (SQLite "WAL-mode File Format", section 2.1), in the machine's byte order. */
function checksumOf(header: Buffer): Buffer {
  const words = new Uint32Array(new Uint8Array(header).buffer);
  let [first, second] = [0, 0];
  for (let index = 0; index < words.length; index += 2) {
    first = (first + (words[index] ?? 0) + second) >>> 0;
    second = (second + (words[index + 1] ?? 0) + first) >>> 0;
  }
  return Buffer.concat([int32(first), int32(second)]);
}

/** Leaves the WAL index as a process does that dies while it restarts the WAL: no frames, but not yet nothing checkpointed. */
function restartHalfway(trial: TrialFolder): void {
  const path = `${trial.databasePath}-shm`;
  const fields = readFileSync(path).subarray(0, 40);
  int32(0).copy(fields, 16);
  fields.writeUInt32BE(fields.readUInt32BE(32) + 1, 32);
  const copy = Buffer.concat([fields, checksumOf(fields)]);
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.concat([copy, copy]), 0, 2 * HEADER_COPY_BYTES, 0);
  closeSync(descriptor);
}

/** Writes the number of checkpointed frames into the WAL index that a live process has mapped. */
function overwriteBackfilled(trial: TrialFolder, backfilled: number): void {
  const descriptor = openSync(`${trial.databasePath}-shm`, 'r+');
  writeSync(descriptor, int32(backfilled), 0, 4, BACKFILL_OFFSET);
  closeSync(descriptor);
}

describe.runIf(process.platform === 'linux')('wal-index, seen by the observer', () => {
  it('claims more than the WAL holds while a worker uses it', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    const seen = await underObservation(trial.path, [actor.pid], async ({ awaits }) => {
      overwriteBackfilled(trial, 5000);
      await awaits('wal-index');
    });
    await actor.kill();
    expect(seen[0]).toMatchObject({ kind: 'wal-index', backfilled: 5000 });
    expect(trial.findings(walIndex)).toEqual([
      {
        check: 'wal-index',
        severity: 'violation',
        message: expect.stringMatching(
          /^the WAL index claims 5000 checkpointed frames of a WAL that holds [1-9]\d*, \d+ ms into the trial$/,
        ) as string,
        mechanism: expect.stringContaining('WAL-reset race') as string,
        evidence: 'observations.jsonl',
      },
    ]);
  });

  it('is in order while a healthy worker writes, checkpoints and restarts its WAL', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    const seen = await underObservation(trial.path, [actor.pid], async () => {
      for (let waited = 0; waited < WATCH_MS; waited += 15) {
        await actor.call('exec', WRITE);
        await actor.call('all', 'PRAGMA wal_checkpoint(RESTART)');
        await setTimeout(15);
      }
    });
    expect(seen).toEqual([expect.objectContaining({ kind: 'end' })]);
    expect(seen[0]?.samples).toBeGreaterThan(3);
    await actor.kill();
    expect(existsSync(`${trial.databasePath}-shm`)).toBe(true);
    expect(trial.findings(walIndex)).toEqual([]);
  });

  it('is not judged while a process stands still, which may be between two writes to it', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    await underObservation(trial.path, [actor.pid], async ({ seen, awaits }) => {
      process.kill(actor.pid, 'SIGSTOP');
      overwriteBackfilled(trial, 5000);
      await setTimeout(WATCH_MS);
      expect(seen()).toEqual([]);
      process.kill(actor.pid, 'SIGCONT');
      await awaits('wal-index');
    });
  });
});

describe('wal-index, as the workers left it', () => {
  it('is quiet when the last worker has taken it away', () => {
    const trial = goodTrial({ workload: FEW });
    expect(existsSync(`${trial.databasePath}-shm`)).toBe(false);
    expect(trial.findings(walIndex)).toEqual([]);
  });

  it('is quiet on the index of a worker that was killed', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    await actor.kill();
    expect(readFileSync(`${trial.databasePath}-shm`).length).toBeGreaterThan(0);
    expect(trial.findings(walIndex)).toEqual([]);
  });

  it('sees that a killed worker left an index that claims more than the WAL holds', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    await actor.kill();
    overwriteBackfilled(trial, 5000);
    expect(trial.findings(walIndex)).toEqual([
      {
        check: 'wal-index',
        severity: 'violation',
        message: expect.stringMatching(
          /^the WAL index claims 5000 checkpointed frames of a WAL that holds \d+, when all workers were gone$/,
        ) as string,
        mechanism: expect.stringContaining('WAL-reset race') as string,
        evidence: 'board.db-shm',
      },
    ]);
  });

  it('sees what becomes of a WAL that was half restarted when a worker died, and that another one went on with', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    for (const title of ['one', 'two', 'three']) await actor.call('exec', `UPDATE tasks SET title = '${title}'`);
    await actor.call('all', 'PRAGMA wal_checkpoint(FULL)');
    restartHalfway(trial);
    await actor.call('exec', "UPDATE tasks SET title = 'told as committed'");
    // Whoever joins now does not see what the other one was told is committed.
    const joining = await actorOn(trial.databasePath);
    expect(await joining.call('all', 'SELECT DISTINCT title FROM tasks')).toEqual([{ title: 'three' }]);
    await joining.kill();
    await actor.kill();
    expect(trial.findings(walIndex)).toMatchObject([
      { severity: 'violation', message: expect.stringContaining('when all workers were gone') as string },
    ]);
  });

  it.each([
    ['as many frames checkpointed as there are', header(7, 7), 0],
    ['one frame more than there are', header(7, 8), 1],
    ['a WAL that was being restarted by a worker that died', header(0, 7), 0],
    [
      'two copies that differ: somebody was writing',
      Buffer.concat([header(7, 9).subarray(0, 48), header(6, 9).subarray(48)]),
      0,
    ],
    ['an index that is not initialised', Buffer.alloc(136), 0],
    ['an index that is cut off', header(7, 9).subarray(0, 90), 0],
    ['an empty index', Buffer.alloc(0), 0],
  ])('reads from %s', (_what, bytes, findings) => {
    const trial = goodTrial({ workload: FEW });
    writeFileSync(`${trial.databasePath}-shm`, bytes);
    expect(trial.findings(walIndex)).toHaveLength(findings);
  });

  it('is quiet on observations of other kinds', () => {
    const trial = goodTrial({ workload: FEW });
    trial.observe({ kind: 'deleted-sidecar', atNs: 1, pid: 1, path: `${trial.databasePath}-wal`, samples: 3 });
    trial.observe({ kind: 'end', atNs: 2, samples: 9 });
    expect(trial.findings(walIndex)).toEqual([]);
  });
});
