import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/check/check.ts';
import type { Evidence } from '../../src/check/evidence.ts';
import { CHECKS } from '../../src/check/index.ts';
import { OPERATION_KINDS } from '../../src/history/record.ts';
import { goodTrial, TrialFolder, WATCHED } from './trial-folder.ts';

/** A check that does one thing. */
function checkThat(run: (evidence: Evidence) => unknown): Check {
  return {
    name: 'probe',
    summary: 'a check of this test',
    isEarlySign: false,
    run(evidence) {
      run(evidence);
      return [{ check: 'probe', severity: 'warning', message: 'came through', evidence: 'board.db' }];
    },
  };
}

const READ_EVENTS = checkThat(({ asLeft }) => asLeft.connection().prepare('SELECT payload FROM task_events').all());

describe('the report of a trial', () => {
  it('finds nothing in a good trial, with every check', () => {
    const trial = goodTrial();
    const report = trial.report(CHECKS);
    expect(report.findings).toEqual([]);
    expect(report.lost).toBe(0);
    expect(report.acknowledged).toBe(trial.value('SELECT count(*) FROM task_events'));
    expect(report.sqliteVersion).toBe(trial.value('SELECT sqlite_version()'));
    expect(report.resolved).toEqual({ committed: 0, absent: 0 });
  });

  it('travels as JSON', () => {
    const report = goodTrial().report();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('has what checks find, in their order', () => {
    const { findings } = goodTrial().report([READ_EVENTS, { ...READ_EVENTS, name: 'other' }]);
    expect(findings.map(({ message }) => message)).toEqual(['came through', 'came through']);
  });

  it('says of a check that meets damage that the copy cannot be read', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    expect(trial.report([READ_EVENTS]).findings).toEqual([
      {
        check: 'probe',
        severity: 'violation',
        message: 'the copy cannot be read: SQLITE_CORRUPT: database disk image is malformed',
        evidence: 'board.db',
      },
    ]);
  });

  it('goes on with the other checks after one that met damage', () => {
    const trial = goodTrial();
    trial.spoil('task_events');
    const { findings } = trial.report([READ_EVENTS, checkThat(() => {})]);
    expect(findings.map(({ severity }) => severity)).toEqual(['violation', 'warning']);
  });

  it('does not take a programming error for damage', () => {
    const trial = goodTrial();
    const failing = checkThat(() => {
      throw new TypeError('a programming error');
    });
    expect(() => trial.report([failing])).toThrow('a programming error');
    const noEntry = checkThat(() => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    });
    expect(() => trial.report([noEntry])).toThrow('no such file');
  });

  it('says of a board without tables that it cannot be read', () => {
    const checks = new Set(new TrialFolder().report().findings.map(({ check }) => check));
    expect([...checks]).toEqual(expect.arrayContaining(['acknowledged', 'row-counts', 'event-trail', 'journal-mode']));
  });

  it('finds nothing in a trial that Ctrl-C ended before anybody had made the board', () => {
    const report = new TrialFolder().know({ interrupted: true }).report();
    expect(report).toMatchObject({ findings: [], acknowledged: 0, lost: 0, sqliteVersion: '' });
  });

  it('looks at a trial that Ctrl-C ended later', () => {
    const trial = goodTrial().know({ interrupted: true });
    expect(trial.report().findings).toEqual([]);
    trial.spoil('tasks');
    expect(trial.report().findings).not.toEqual([]);
  });

  it('counts kills that hit a worker, or a thread of it, with an operation in flight', () => {
    const trial = goodTrial();
    const killed = { code: null, signal: 'SIGKILL', how: 'killed' as const, stderr: '', pid: 1 };
    trial.plantOperation('w1.0', 'create', 'never done');
    trial.record('w3.0.0', { type: 'header', version: 1, worker: 'w3.0.0', pid: 1, sqliteVersion: '' });
    trial.plantOperation('w3.0.1', 'create', 'never done');
    trial.plantOperation('w4.01', 'create', 'of a worker with a longer name');
    const exits = ['w1.0', 'w2.0', 'w3.0', 'w4.0'].map((worker) => ({ ...killed, worker }));
    expect(trial.know({ exits }).report().killsInFlight).toBe(2);
    expect(
      trial.know({ exits: exits.map((exit) => ({ ...exit, how: 'finished' as const })) }).report().killsInFlight,
    ).toBe(0);
  });

  it('counts claims that were lost to others, and failures by kind and code', () => {
    const trial = goodTrial();
    const { failures } = trial.report([]);
    const before = trial.report([]).claimsLost;
    trial.record(
      'w1.0',
      { type: 'invoke', operation: 900, kind: 'claim', event: 999, atNs: 1, request: '-' },
      { type: 'fail', operation: 900, atNs: 2, latencyNs: 1, event: 0, code: 'CLAIM_LOST', message: '' },
    );
    const report = trial.report([]);
    expect(report.claimsLost).toBe(before + 1);
    expect(report.failures).toEqual({ ...failures, 'claim CLAIM_LOST': before + 1 });
  });

  it('names every hazard that happened, once', () => {
    const trial = goodTrial();
    expect(trial.report([]).hazards).toEqual([]);
    const happened = (label: string) => ({ type: 'note', atNs: 1, name: 'hazard', data: { label } }) as const;
    trial.record('w1.0', happened('copy-live connect'), happened('raw-read(shm) after-commit'));
    trial.record('w2.0', happened('copy-live connect'));
    expect(trial.report([]).hazards).toEqual(['copy-live connect', 'raw-read(shm) after-commit']);
  });

  it('says whether anybody watched, as far as the kernel shows anything', () => {
    const trial = new TrialFolder().know({ hasLockTable: true });
    expect(trial.report([]).watched).toEqual({ locks: false, sidecars: false });
    trial.record('w1.0', { type: 'note', atNs: 1, name: 'lock-audits-begun', data: {} });
    expect(trial.report([]).watched).toEqual({ locks: true, sidecars: false });
    trial.observe(WATCHED);
    expect(trial.report([]).watched).toEqual({ locks: true, sidecars: true });
    expect(trial.know({ hasLockTable: false }).report([]).watched).toBeNull();
  });

  it('counts workers that had not ended, and no others', () => {
    const exit = { worker: 'w1.0', pid: 1, code: null, signal: 'SIGKILL', stderr: '' };
    const exits = (['stuck', 'killed', 'crashed', 'stuck', 'finished'] as const).map((how) => ({ ...exit, how }));
    expect(goodTrial().know({ exits }).report([]).stuck).toBe(2);
  });

  it('carries the latencies of every kind of operation', () => {
    const { latencies, operations } = goodTrial().report([]);
    for (const kind of OPERATION_KINDS) {
      const { ok, fail } = operations[kind];
      expect(decodeFromCompressedBase64(latencies[kind] ?? '').totalCount).toBe(ok + fail);
    }
  });
});
