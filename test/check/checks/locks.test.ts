import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { locks } from '../../../src/check/checks/locks.ts';
import type { HazardUse } from '../../../src/hazard/hazard.ts';
import { hasLockTable } from '../../../src/kernel/locks.ts';
import type { LockAudit } from '../../../src/worker/lock-audit.ts';
import type { Auditor } from '../../fixtures/auditor.ts';
import { actorOn } from '../../support/actor.ts';
import { Remote } from '../../support/remote.ts';
import { goodTrial, TrialFolder } from '../trial-folder.ts';

const ROLLBACK = { name: 'rollback', axes: { pragmas: 'delete-full' } } as const;
const FEW = { operations: 4 };

function rawRead(file: HazardUse['file'], when: HazardUse['when'] = 'in-transaction'): HazardUse[] {
  return [{ hazard: 'raw-read', file, when, probability: 1 }];
}

/** Writes an audit into a history, as the worker that made it does. */
function note(trial: TrialFolder, worker: string, audit: LockAudit | undefined): void {
  trial.record(worker, { type: 'note', atNs: 1, name: 'lock-audit', data: audit });
}

/** Another process in the middle of a write transaction on the trial's board. */
async function writerOn(trial: TrialFolder): Promise<Remote<Auditor>> {
  const auditor = new Remote<Auditor>('auditor');
  await auditor.call('open', trial.databasePath, trial.cell.strategy.axes);
  await auditor.call('beginAndWrite');
  return auditor;
}

describe.runIf(hasLockTable())('locks, looked up by a process in the middle of a transaction', () => {
  it('are all there in WAL mode', async () => {
    const auditor = await writerOn(goodTrial({ workload: FEW }));
    const audit = await auditor.call('audit');
    expect(audit).toMatchObject({ journalMode: 'wal', missing: [] });
    expect(audit?.held).toMatchObject({ shared: true, walWrite: true, deadManSwitch: true, reserved: false });
  });

  it('are all there in rollback-journal mode', async () => {
    const auditor = await writerOn(goodTrial({ strategies: [ROLLBACK], workload: FEW }));
    const audit = await auditor.call('audit');
    expect(audit).toMatchObject({ journalMode: 'delete', missing: [] });
    expect(audit?.held).toMatchObject({ shared: true, reserved: true });
  });

  it('are cancelled in rollback-journal mode by a read of the database by hand', async () => {
    const trial = goodTrial({ strategies: [ROLLBACK], workload: FEW });
    const auditor = await writerOn(trial);
    await auditor.call('rawRead', 'database');
    const audit = await auditor.call('audit');
    expect(audit?.missing).toEqual(['SHARED', 'RESERVED']);
    await auditor.kill();
    note(trial, 'w1.0', audit);
    expect(trial.findings(locks)).toEqual([
      {
        check: 'locks',
        severity: 'violation',
        message:
          '1 workers inside a write transaction did not hold SHARED on the database file and RESERVED on the database file, first w1.0',
        mechanism: expect.stringContaining('lock cancellation') as string,
        evidence: 'history/w1.0.history',
      },
    ]);
  });

  it('are cancelled in WAL mode by a read of -shm by hand', async () => {
    const trial = goodTrial({ workload: FEW });
    const auditor = await writerOn(trial);
    await auditor.call('rawRead', 'shm');
    const audit = await auditor.call('audit');
    expect(audit).toMatchObject({ missing: ['WAL_WRITE', 'DMS'], hasLostSidecar: false });
    await auditor.kill();
    note(trial, 'w1.0', audit);
    expect(trial.findings(locks)).toMatchObject([
      {
        severity: 'violation',
        message: expect.stringContaining(
          'did not hold the write lock (byte 120 of -shm) and the dead-man switch (byte 128 of -shm), first w1.0',
        ) as string,
      },
    ]);
  });

  it('lose SHARED alone in WAL mode by a read of the database by hand, which this SQLite defends against', async () => {
    const trial = goodTrial({ workload: FEW });
    const auditor = await writerOn(trial);
    await auditor.call('rawRead', 'database');
    const audit = await auditor.call('audit');
    expect(audit?.missing).toEqual(['SHARED']);
    await auditor.kill();
    note(trial, 'w1.0', audit);
    const [finding] = trial.findings(locks);
    expect(finding?.severity).toBe('warning');
    expect(finding?.message).toMatch(
      /^1 workers inside a write transaction did not hold SHARED on the database file, first w1\.0; SQLite 3\.\S+ refuses the last close/,
    );
  });

  it.each([
    ['and nothing has its name', false],
    ['and somebody else has made a new one', true],
  ])('are on a -shm that was unlinked, %s', async (_what, isMadeAnew) => {
    const trial = goodTrial({ workload: FEW });
    const auditor = await writerOn(trial);
    rmSync(`${trial.databasePath}-shm`);
    const other = isMadeAnew ? await actorOn(trial.databasePath) : undefined;
    await other?.call('all', 'SELECT count(*) FROM tasks');
    const audit = await auditor.call('audit');
    await other?.kill();
    expect(audit).toMatchObject({ missing: ['WAL_WRITE', 'DMS'], hasLostSidecar: true });
    await auditor.kill();
    note(trial, 'w1.0', audit);
    expect(trial.findings(locks)).toEqual([
      {
        check: 'locks',
        severity: 'violation',
        message:
          '1 workers inside a write transaction held the write lock (byte 120 of -shm) and the dead-man switch (byte 128 of -shm) on a file that has lost its name, first w1.0',
        mechanism: expect.stringContaining('unlinked sidecars') as string,
        evidence: 'history/w1.0.history',
      },
    ]);
  });

  it('are all there although -wal was unlinked: nobody looks for its name while none is missing', async () => {
    const trial = goodTrial({ workload: FEW });
    const auditor = await writerOn(trial);
    rmSync(`${trial.databasePath}-wal`);
    expect(await auditor.call('audit')).toMatchObject({ missing: [], hasLostSidecar: false });
  });

  it('are not cancelled by a read of -wal by hand', async () => {
    const auditor = await writerOn(goodTrial({ workload: FEW }));
    await auditor.call('rawRead', 'wal');
    expect(await auditor.call('audit')).toMatchObject({ missing: [] });
  });
});

describe.runIf(hasLockTable())('locks, from the transactions of workers to the finding', () => {
  it('is quiet on workers that leave the files alone', async () => {
    const trial = goodTrial();
    await trial.workElsewhere('w3.0');
    expect(trial.findings(locks)).toEqual([]);
  });

  it('is quiet on workers in rollback-journal mode that leave the files alone', () => {
    expect(goodTrial({ strategies: [ROLLBACK], workload: FEW }).findings(locks)).toEqual([]);
  });

  it('is quiet on a read by hand after a commit in rollback-journal mode, when nobody is in a transaction', async () => {
    const trial = new TrialFolder({ strategies: [ROLLBACK], workload: FEW });
    await trial.workElsewhere('w1.0', { hazards: rawRead('database', 'after-commit') });
    expect(trial.findings(locks)).toEqual([]);
  });

  it('sees the reads of -shm by hand of a whole worker process', async () => {
    const trial = goodTrial({ workload: FEW });
    await trial.workElsewhere('w3.0', { hazards: rawRead('shm') });
    expect(trial.findings(locks)).toMatchObject([
      { severity: 'violation', message: expect.stringMatching(/^1 workers .* first w3\.0$/) as string },
    ]);
  });

  it('sees what the raw-length strategy does after every commit', async () => {
    const trial = new TrialFolder({ strategies: ['raw-length'] });
    await trial.workElsewhere('w1.0');
    expect(trial.findings(locks)).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('did not hold SHARED on the database file') as string },
    ]);
  });
});

describe('locks, as the histories tell', () => {
  const held = {
    shared: false,
    reserved: false,
    exclusive: false,
    walWrite: false,
    walCheckpoint: false,
    deadManSwitch: false,
  };
  const missingShared: LockAudit = { journalMode: 'wal', held, missing: ['SHARED'], hasLostSidecar: false };

  it.each([
    ['3.50.4', 'violation'],
    ['3.9.2', 'violation'],
    ['3.51.0', 'warning'],
    ['3.54.1', 'warning'],
    ['4.0.0', 'warning'],
    ['', 'violation'],
  ])('takes the loss of SHARED in WAL mode on SQLite "%s" for a %s', (version, severity) => {
    const trial = goodTrial({ workload: FEW });
    trial.rewrite('w1.0', (text) => text.replace(/"sqliteVersion":"[^"]*"/, `"sqliteVersion":"${version}"`));
    note(trial, 'w1.0', missingShared);
    expect(trial.findings(locks).map((finding) => finding.severity)).toEqual([severity]);
  });

  it('takes the loss of SHARED in rollback-journal mode for a violation on every SQLite', () => {
    const trial = goodTrial({ workload: FEW });
    note(trial, 'w1.0', { ...missingShared, journalMode: 'delete' });
    expect(trial.findings(locks).map(({ severity }) => severity)).toEqual(['violation']);
  });

  it('makes one finding of each kind of loss, and counts workers, not audits', () => {
    const trial = goodTrial({ workload: FEW });
    for (const worker of ['w2.0', 'w1.0', 'w2.0'])
      note(trial, worker, { ...missingShared, missing: ['SHARED', 'WAL_WRITE'] });
    note(trial, 'w2.0', { ...missingShared, missing: ['DMS'] });
    const findings = trial.findings(locks);
    expect(findings.map(({ message }) => message)).toEqual([
      '2 workers inside a write transaction did not hold SHARED on the database file and the write lock (byte 120 of -shm), first w1.0',
      '1 workers inside a write transaction did not hold the dead-man switch (byte 128 of -shm), first w2.0',
    ]);
    expect(findings.every(({ severity }) => severity === 'violation')).toBe(true);
  });

  it('tells locks that were cancelled from locks on a file that has lost its name', () => {
    const trial = goodTrial({ workload: FEW });
    const cancelled = { ...missingShared, missing: ['DMS'] };
    note(trial, 'w1.0', cancelled);
    note(trial, 'w2.0', { ...cancelled, hasLostSidecar: true });
    expect(trial.findings(locks).map(({ message, mechanism }) => [message, mechanism?.split(':')[0]])).toEqual([
      [
        '1 workers inside a write transaction did not hold the dead-man switch (byte 128 of -shm), first w1.0',
        'lock cancellation',
      ],
      [
        '1 workers inside a write transaction held the dead-man switch (byte 128 of -shm) on a file that has lost its name, first w2.0',
        'unlinked sidecars',
      ],
    ]);
  });

  it('takes the loss of SHARED for a violation where a sidecar has lost its name, on every SQLite', () => {
    const trial = goodTrial({ workload: FEW });
    note(trial, 'w1.0', { ...missingShared, hasLostSidecar: true });
    expect(trial.findings(locks).map(({ severity }) => severity)).toEqual(['violation']);
  });

  it('does not lose sight of an audit behind many other notes', () => {
    const trial = goodTrial({ workload: FEW });
    const noise = { type: 'note', atNs: 1, name: 'housekeeping-failed', data: {} } as const;
    trial.record('w1.0', ...Array.from({ length: 3000 }, () => noise));
    note(trial, 'w2.0', { ...missingShared, missing: ['WAL_WRITE'] });
    expect(trial.findings(locks)).toHaveLength(1);
  });
});
