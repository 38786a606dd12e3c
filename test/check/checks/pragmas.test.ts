import { describe, expect, it } from 'vitest';
import { pragmas } from '../../../src/check/checks/pragmas.ts';
import { goodTrial, plannedCell, TrialFolder } from '../trial-folder.ts';

const FEW = { operations: 2 };

describe('pragmas', () => {
  it.each(['immediate', 'hardened', 'full-100', 'recommended'] as const)('is quiet on workers of %s', (strategy) => {
    const trial = goodTrial({ strategies: [strategy], workload: FEW });
    const notes = trial.inspect(({ ledger }) => ledger.notes.filter(({ name }) => name === 'pragmas'));
    expect(notes.map(({ worker }) => worker)).toEqual(['w1.0', 'w2.0']);
    expect(trial.findings(pragmas)).toEqual([]);
  });

  it('is quiet on workers in rollback-journal mode', () => {
    const strategies = [{ name: 'rollback', axes: { pragmas: 'delete-full' as const } }];
    expect(goodTrial({ strategies, workload: FEW }).findings(pragmas)).toEqual([]);
  });

  it('sees workers that run with other pragmas than their strategy promises', () => {
    const { axes } = plannedCell({ strategies: ['immediate'] }).strategy;
    const trial = goodTrial({ strategies: ['hardened'], workload: FEW }, { axes });
    const findings = trial.findings(pragmas);
    expect(findings[0]).toEqual({
      check: 'pragmas',
      severity: 'violation',
      message: 'synchronous = 1 instead of 2 in 2 processes, first w1.0',
      evidence: 'history/w1.0.history',
    });
    expect(findings.map(({ message }) => message.split(' in ')[0])).toEqual([
      'synchronous = 1 instead of 2',
      'wal_autocheckpoint = 1000 instead of 100',
      'foreign_keys = undefined instead of 1',
      'secure_delete = undefined instead of 1',
      'cell_size_check = undefined instead of 1',
    ]);
  });

  it('sees one worker that has another busy timeout', () => {
    const trial = new TrialFolder({ workload: FEW });
    trial.work(['w1.0']).work(['w2.0'], { axes: { ...trial.cell.strategy.axes, busyTimeoutMs: 0 } });
    expect(trial.findings(pragmas)).toEqual([
      {
        check: 'pragmas',
        severity: 'violation',
        message: 'busy_timeout = 0 instead of 30000 in 1 processes, first w2.0',
        evidence: 'history/w2.0.history',
      },
    ]);
  });

  it('sees a promise of which the worker says nothing', () => {
    const trial = goodTrial({ workload: FEW });
    trial.rewrite('w2.0', (text) => text.replace('"journal_mode":"wal",', ''));
    expect(trial.findings(pragmas).map(({ message }) => message)).toEqual([
      'journal_mode = undefined instead of wal in 1 processes, first w2.0',
    ]);
  });

  it('asks nothing of whoever set the board up', () => {
    const { axes } = plannedCell({ strategies: ['hardened'] }).strategy;
    const trial = new TrialFolder({ workload: FEW }).work(['setup'], { axes }).work(['w1.0']);
    expect(trial.findings(pragmas)).toEqual([]);
  });
});
