import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crashes } from '../../../src/check/checks/crashes.ts';
import type { WorkerExit } from '../../../src/trial/facts.ts';
import { startFixture } from '../../support/remote.ts';
import { goodTrial } from '../trial-folder.ts';

function exit(worker: string, how: WorkerExit['how'], end: Partial<WorkerExit> = {}): WorkerExit {
  return { worker, pid: 1, code: null, signal: null, how, stderr: '', ...end };
}

describe('crashes', () => {
  it('is quiet when workers finish', () => {
    expect(goodTrial().findings(crashes)).toEqual([]);
  });

  it('is quiet when workers die of planned kills', () => {
    const exits = [exit('w1.0', 'killed', { signal: 'SIGKILL' }), exit('w1.1', 'finished', { code: 0 })];
    expect(goodTrial().know({ exits }).findings(crashes)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'sees a worker that dies of SIGBUS because somebody truncated its -shm, and knows how that comes about',
    async () => {
      const trial = goodTrial();
      const child = startFixture('actor');
      const ask = async (name: string, ...args: unknown[]): Promise<void> => {
        child.send({ id: 1, name, args });
        await once(child, 'message');
      };
      await ask('open', trial.databasePath, 0);
      await ask('exec', "UPDATE tasks SET title = 'maps the WAL index'");
      truncateSync(`${trial.databasePath}-shm`, 0);
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      child.send({ id: 2, name: 'exec', args: ["UPDATE tasks SET title = 'touches it'"] });
      const [code, signal] = await ended;
      trial.know({ exits: [exit('w1.0', 'crashed', { pid: child.pid, code, signal })] });
      expect(trial.findings(crashes)).toEqual([
        {
          check: 'crashes',
          severity: 'violation',
          message: '1 workers died of SIGBUS: w1.0',
          mechanism: expect.stringContaining('a mapped -shm that somebody truncated') as string,
          evidence: 'trial.json',
        },
      ]);
    },
  );

  it('leaves workers that hang to others: they make the trial inconclusive', () => {
    const trial = goodTrial().know({ exits: [exit('w1.0', 'stuck', { signal: 'SIGKILL' })] });
    expect(trial.findings(crashes)).toEqual([]);
    expect(trial.report([]).stuck).toBe(1);
  });

  it('tells deaths by signal and bad exit codes apart', () => {
    const exits = [
      exit('w1.0', 'crashed', { signal: 'SIGABRT' }),
      exit('w2.0', 'crashed', { code: 70 }),
      exit('w3.0', 'stuck', { signal: 'SIGKILL' }),
      exit('w4.0', 'crashed', { signal: 'SIGABRT' }),
    ];
    const findings = goodTrial().know({ exits }).findings(crashes);
    expect(findings.map(({ message }) => message)).toEqual([
      '2 workers died of SIGABRT: w1.0, w4.0',
      '1 workers ended with exit code 70: w2.0',
    ]);
    for (const finding of findings) expect(finding).not.toHaveProperty('mechanism');
  });

  it('names no more than five', () => {
    const exits = Array.from({ length: 9 }, (_, index) => exit(`w${index + 1}.0`, 'crashed', { code: 1 }));
    const [finding] = goodTrial().know({ exits }).findings(crashes);
    expect(finding?.message).toBe('9 workers ended with exit code 1: w1.0, w2.0, w3.0, w4.0, w5.0');
  });
});
