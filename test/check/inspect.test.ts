import { describe, expect, it } from 'vitest';
import { inspect } from '../../src/check/inspect.ts';
import { signal } from '../../src/kernel/process.ts';
import type { ChildContext } from '../../src/trial/run-child.ts';
import { judge } from '../../src/verdict/cell-result.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { goodTrial } from './trial-folder.ts';

/** A context whose children are sent a signal as soon as they are there. */
function context(name?: NodeJS.Signals): ChildContext {
  const reaper = { adopt: (pid: number) => name && signal(pid, name), release() {} };
  return { compileCache: temporaryFolder(), reaper: reaper as unknown as ChildContext['reaper'] };
}

describe('the inspection in a fresh process', () => {
  it('reports what the checks report here', async () => {
    const trial = goodTrial();
    trial.sql("DELETE FROM tasks WHERE id = 'tw1.0-1'");
    const report = await inspect(trial.path, context());
    expect(report.findings).not.toEqual([]);
    expect(report).toEqual(trial.report());
  });

  it('fails, and says why, where there is no trial', async () => {
    await expect(inspect(temporaryFolder(), context())).rejects.toThrow(/ended with exit code 1[\s\S]*ENOENT/);
  });

  it.each(['SIGSEGV', 'SIGBUS'] as const)('takes a checking process that dies of %s for damage', async (name) => {
    const trial = goodTrial();
    const report = await inspect(trial.path, context(name));
    expect(report.findings).toEqual([
      {
        check: 'integrity',
        severity: 'violation',
        message: `the process that opened a copy of the database died of ${name}; nothing else could be checked`,
        evidence: 'board.db',
      },
    ]);
    expect(judge(trial.cell, [{ facts: trial.facts, report }])).toMatchObject({ verdict: 'unsafe', failures: 1 });
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'does not blame the board for a checking process that got %s',
    async (name) => {
      await expect(inspect(goodTrial().path, context(name))).rejects.toThrow(`ended with ${name}`);
    },
  );
});
