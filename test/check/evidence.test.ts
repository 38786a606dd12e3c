import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Evidence } from '../../src/check/evidence.ts';
import { CHECKS } from '../../src/check/index.ts';
import { TRIAL_FILES } from '../../src/trial/facts.ts';
import { actorOn } from '../support/actor.ts';
import { query } from '../support/board.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { goodTrial, TrialFolder, WATCHED } from './trial-folder.ts';

const FEW = { operations: 6 };
const ROLLBACK = { name: 'rollback', axes: { pragmas: 'delete-full' } } as const;

/** Every file of the trial with its bytes and the moment of its last change. */
function snapshot(directory: string): Record<string, { bytes: string; changedNs: bigint }> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, { bytes: readFileSync(path, 'base64'), changedNs: statSync(path, { bigint: true }).mtimeNs }];
    }),
  );
}

function pathsIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).toSorted() : [];
}

/** A trial whose last worker was killed with commits in its WAL. */
async function killedInWal(): Promise<TrialFolder> {
  const trial = goodTrial({ workload: FEW });
  const actor = await actorOn(trial.databasePath);
  await actor.call('exec', "UPDATE tasks SET title = 'only in the WAL'");
  await actor.kill();
  return trial;
}

/** A trial whose last worker was killed in a transaction that had reached the database file already. */
async function killedWithHotJournal(): Promise<TrialFolder> {
  // More tasks than the cache below can hold: the transaction writes pages in place before it ends.
  const trial = goodTrial({ strategies: [ROLLBACK], workload: { mix: { create: 1 }, operations: 30 } });
  const actor = await actorOn(trial.databasePath, 'delete');
  for (const sql of ['PRAGMA cache_size = 2', 'BEGIN IMMEDIATE', "UPDATE tasks SET title = 'never committed'"]) {
    await actor.call('exec', sql);
  }
  await actor.kill();
  return trial;
}

const TITLES = 'SELECT DISTINCT title FROM tasks';

describe('the evidence', () => {
  it('is taken on copies: no byte and no time of the trial changes, whatever the checks do', async () => {
    for (const trial of [goodTrial({ workload: FEW }), await killedInWal(), await killedWithHotJournal()]) {
      const before = snapshot(trial.path);
      trial.inspect((evidence) => {
        for (const check of CHECKS) check.run(evidence);
        evidence.asLeft.connection().exec("UPDATE tasks SET title = 'changed in the copy'");
        evidence.checkpointed.connection().exec('DELETE FROM tasks');
      });
      expect(snapshot(trial.path)).toEqual(before);
    }
  });

  it('lies in copies that are gone afterwards', () => {
    const trial = goodTrial({ workload: FEW });
    const copies = join(trial.path, TRIAL_FILES.copies);
    const evidence = Evidence.gather(trial.path);
    expect(pathsIn(copies)).toEqual(['as-left', 'checkpointed']);
    const connection = evidence.asLeft.connection();
    expect(evidence.asLeft.connection()).toBe(connection);
    evidence.release();
    expect(existsSync(copies)).toBe(false);
    expect(() => connection.prepare('SELECT 1')).toThrow('not open');
  });

  it('points findings to the files of the trial, which stay', () => {
    goodTrial({ workload: FEW }).inspect(({ asLeft, checkpointed, directory }) => {
      for (const { name } of [asLeft, checkpointed]) expect(existsSync(join(directory, name))).toBe(true);
      expect(asLeft.path).not.toBe(checkpointed.path);
    });
  });

  it('keeps the WAL as it was left, and has another copy without it', async () => {
    const trial = await killedInWal();
    const wal = readFileSync(`${trial.databasePath}-wal`);
    expect(wal.length).toBeGreaterThan(0);
    trial.inspect(({ asLeft, checkpointed }) => {
      expect(readFileSync(`${asLeft.path}-wal`).equals(wal)).toBe(true);
      expect(readFileSync(asLeft.path).equals(readFileSync(trial.databasePath))).toBe(true);
      expect(existsSync(`${checkpointed.path}-wal`)).toBe(false);
      expect(readFileSync(checkpointed.path).equals(readFileSync(trial.databasePath))).toBe(false);
      for (const database of [asLeft, checkpointed]) {
        expect(database.connection().prepare(TITLES).all()).toEqual([{ title: 'only in the WAL' }]);
      }
    });
  });

  it('leaves -shm behind: the copy builds its own', async () => {
    const trial = await killedInWal();
    expect(existsSync(`${trial.databasePath}-shm`)).toBe(true);
    trial.inspect(({ asLeft }) => expect(existsSync(`${asLeft.path}-shm`)).toBe(false));
  });

  it('rolls a hot journal back in the copies only', async () => {
    const trial = await killedWithHotJournal();
    const journal = readFileSync(`${trial.databasePath}-journal`);
    expect(journal.length).toBeGreaterThan(512);
    const bare = join(temporaryFolder(), 'bare.db');
    copyFileSync(trial.databasePath, bare);
    expect(query(bare, TITLES)).toContainEqual({ title: 'never committed' });
    trial.inspect(({ asLeft, checkpointed }) => {
      for (const database of [asLeft, checkpointed]) {
        const titles = database.connection().prepare(TITLES).all() as { title: string }[];
        expect(titles.length).toBeGreaterThan(1);
        expect(titles.map(({ title }) => title)).not.toContain('never committed');
        expect(existsSync(`${database.path}-journal`)).toBe(false);
      }
    });
    expect(readFileSync(`${trial.databasePath}-journal`).equals(journal)).toBe(true);
    expect(readFileSync(trial.databasePath).equals(readFileSync(bare))).toBe(true);
    expect(trial.report().findings).toEqual([]);
  });

  it('can be gathered of a broken database, and of none', () => {
    const broken = goodTrial({ workload: FEW });
    truncateSync(broken.databasePath, 5000);
    broken.inspect(({ asLeft }) => expect(statSync(asLeft.path).size).toBe(5000));
    const none = new TrialFolder();
    none.inspect(({ asLeft, ledger }) => {
      expect(existsSync(asLeft.path)).toBe(false);
      expect(ledger.workers.size).toBe(0);
    });
  });

  it('has the observations, but not one that was cut off', () => {
    const trial = goodTrial({ workload: FEW });
    trial.inspect(({ observations }) => expect(observations).toEqual([WATCHED]));
    trial.observe({ kind: 'end', atNs: 5, samples: 9 });
    appendFileSync(join(trial.path, TRIAL_FILES.observations), '{"kind":"wal-ind');
    trial.inspect(({ observations }) => expect(observations).toEqual([WATCHED, { kind: 'end', atNs: 5, samples: 9 }]));
    new TrialFolder().inspect(({ observations }) => expect(observations).toEqual([]));
  });

  it('is reconciled once', () => {
    goodTrial({ workload: FEW }).inspect((evidence) => {
      const first = evidence.reconciliation;
      expect(evidence.reconciliation).toBe(first);
    });
  });

  it('cannot be gathered of a folder that is no trial', () => {
    const trial = goodTrial({ workload: FEW });
    rmSync(join(trial.path, TRIAL_FILES.facts));
    expect(() => Evidence.gather(trial.path)).toThrow('ENOENT');
  });
});
