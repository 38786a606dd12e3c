import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { journalMode } from '../../../src/check/checks/journal-mode.ts';
import { CHECKS } from '../../../src/check/index.ts';
import { actorOn } from '../../support/actor.ts';
import { goodTrial, type TrialFolder } from '../trial-folder.ts';

const ROLLBACK = { name: 'rollback', axes: { pragmas: 'delete-full' } } as const;
const FEW = { operations: 4 };

function messagesOf(trial: TrialFolder): string[] {
  return trial.findings(journalMode).map(({ message }) => message);
}

describe('journal-mode', () => {
  it('is quiet on a WAL database of a strategy in WAL mode, with its WAL and without', async () => {
    const trial = goodTrial();
    expect(trial.findings(journalMode)).toEqual([]);
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', "UPDATE tasks SET title = 'in the WAL'");
    await actor.kill();
    expect(readFileSync(`${trial.databasePath}-wal`).length).toBeGreaterThan(0);
    expect(trial.findings(journalMode)).toEqual([]);
  });

  it('is quiet on a rollback-journal database of a strategy in rollback-journal mode', () => {
    expect(goodTrial({ strategies: [ROLLBACK], workload: FEW }).findings(journalMode)).toEqual([]);
  });

  it('sees that somebody switched WAL off', () => {
    const trial = goodTrial();
    trial.edit((database) => database.pragma('journal_mode = delete'));
    expect(trial.findings(journalMode)).toEqual([
      {
        check: 'journal-mode',
        severity: 'violation',
        message: 'the file is in journal mode delete, the strategy runs in wal',
        evidence: 'board.db',
      },
    ]);
  });

  it('sees that somebody switched WAL on', () => {
    const trial = goodTrial({ strategies: [ROLLBACK], workload: FEW });
    trial.edit((database) => database.pragma('journal_mode = wal'));
    expect(messagesOf(trial)).toEqual(['the file is in journal mode wal, the strategy runs in delete']);
  });

  it('sees a WAL beside a rollback-journal database, also after the other checks have opened it', async () => {
    const trial = goodTrial({ strategies: [ROLLBACK], workload: FEW });
    const other = goodTrial();
    const actor = await actorOn(other.databasePath);
    await actor.call('exec', "UPDATE tasks SET title = 'in the WAL'");
    await actor.kill();
    const wal = readFileSync(`${other.databasePath}-wal`);
    writeFileSync(`${trial.databasePath}-wal`, wal);
    const message = `a WAL of ${wal.length} bytes lies beside a database in rollback-journal mode`;
    expect(messagesOf(trial)).toContain(message);
    const all = trial.report(CHECKS).findings.filter(({ check }) => check === 'journal-mode');
    expect(all.map((finding) => finding.message)).toContain(message);
  });

  it('sees a header that knows neither mode', () => {
    const trial = goodTrial();
    trial.overwrite((bytes) => bytes.writeUInt8(9, 18));
    expect(messagesOf(trial)).toEqual(['the file is in journal mode unknown (9), the strategy runs in wal']);
  });

  it('sees that the database is gone', () => {
    const trial = goodTrial();
    rmSync(trial.databasePath);
    expect(messagesOf(trial)).toEqual(['the file is in journal mode unknown (0), the strategy runs in wal']);
  });
});
