import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import type { TrialFacts } from '../../src/trial/facts.ts';
import { cellOf, crashboard } from '../support/crashboard.ts';
import { BRIEF, SHORT, SOON_UNSAFE, scenarioFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const STRUCK: ScenarioInput = {
  ...SHORT,
  strategies: ['immediate', 'recommended', 'write-flock'],
  controls: [
    {
      name: 'control-read',
      strategy: { name: 'rollback', axes: { pragmas: 'delete-full', connection: 'process' } },
      hazards: [{ hazard: 'raw-read', when: 'in-transaction' }],
      expect: 'unsafe',
    },
  ],
};

describe('what is run', () => {
  it('--strategy leaves out other strategies and keeps the controls', async () => {
    const { exitCode, run } = await crashboard(['run', scenarioFile(STRUCK), '--strategy', 'write-flock,immediate']);
    expect(run().cells.map(({ id }) => id)).toEqual(['immediate', 'write-flock', 'control-read']);
    expect(exitCode).toBe(0);
  });

  it('--cell runs nothing but these; --processes, --threads, --duration and --trials say how', async () => {
    const how = ['--processes', '3', '--threads', '2', '--duration', '300ms', '--trials', '2', '--cell', 'immediate'];
    const { exitCode, run, folder, stdout } = await crashboard(['run', scenarioFile(STRUCK), '--keep', ...how]);
    expect(exitCode, stdout).toBe(0);
    expect(run().cells.map(({ id }) => id)).toEqual(['immediate']);
    expect(cellOf(run(), 'immediate')).toMatchObject({ processes: 3, threads: 2, trials: 2 });
    const trials = readdirSync(join(folder, 'trials')).toSorted();
    expect(trials).toEqual(['short-immediate-1', 'short-immediate-2']);
    for (const trial of trials) {
      const path = join(folder, 'trials', trial);
      const workers = ['w1.0.0', 'w1.0.1', 'w2.0.0', 'w2.0.1', 'w3.0.0', 'w3.0.1'].map((name) => `${name}.history`);
      expect(readdirSync(join(path, 'history')).toSorted()).toEqual(['setup.history', ...workers]);
      const facts = JSON.parse(readFileSync(join(path, 'trial.json'), 'utf8')) as TrialFacts;
      expect(facts.durationMs).toBeGreaterThan(200);
      expect(facts.durationMs).toBeLessThanOrEqual(300);
      expect(new Set(facts.exits.map(({ pid }) => pid)).size).toBe(3);
    }
  });

  it('--bail stops after the first cell that is not as expected', async () => {
    const path = scenarioFile({ ...STRUCK, controls: [], expect: { immediate: 'safe', default: 'unsafe' } });
    const { exitCode, run } = await crashboard(['run', path, '--bail']);
    expect(exitCode).toBe(1);
    expect(run().cells.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['immediate', 'held'],
      ['recommended', 'violated'],
    ]);
  });

  it('several scenarios run one after the other into one result', async () => {
    const [first, second] = [scenarioFile(SHORT), scenarioFile(SOON_UNSAFE)];
    const { exitCode, run, stdout } = await crashboard(['run', first, second]);
    expect(exitCode).toBe(1);
    expect(run().cells.map(({ scenario, verdict }) => [scenario, verdict])).toEqual([
      ['short', 'safe'],
      ['soon-unsafe', 'unsafe'],
    ]);
    expect(stdout).toContain(`replay: crashboard run ${second} --cell rollback`);
  });
});

describe('the plan', () => {
  it('is the same for the same seed, and another for another seed', async () => {
    const path = scenarioFile({ ...SHORT, durationMs: 100 });
    const runs = await Promise.all(['a1', 'a1', 'a2'].map((seed) => crashboard(['run', path, '--seed', seed])));
    const digests = runs.map(({ run, stderr }) => {
      const { planDigest, seed } = run();
      expect(stderr).toContain(`seed ${seed} · plan ${planDigest} · 1 cells`);
      return planDigest;
    });
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });
});

describe('what stays', () => {
  it('files of a trial that failed', async () => {
    const failed = await crashboard(['run', scenarioFile(SOON_UNSAFE)]);
    expect(failed.exitCode).toBe(1);
    const trial = join(failed.folder, 'trials', 'soon-unsafe-rollback-1');
    expect(readdirSync(trial)).toEqual(
      expect.arrayContaining(['board.db', 'history', 'observations.jsonl', 'trial.json']),
    );
    const evidence = failed
      .run()
      .cells.flatMap(({ findings }) => findings.map((finding) => finding.evidence ?? 'none'));
    expect(evidence.filter((path) => !existsSync(join(failed.folder, path)))).toEqual([]);
  });

  it('of a trial that passed only its timeline; all of it in reports unless told otherwise', async () => {
    const cwd = temporaryFolder();
    const { exitCode, stdout } = await crashboard(['run', scenarioFile(SHORT)], { cwd, output: null });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`results in reports/${readlinkSync(join(cwd, 'reports', 'latest'))}\n`);
    expect(readdirSync(cwd)).toEqual(['reports']);
    expect(readdirSync(join(cwd, 'reports', 'latest')).toSorted()).toEqual(['report.html', 'run.json', 'timelines']);
  });

  it('latest points to the last run; runs at the same moment do not get into each other’s way', async () => {
    const output = temporaryFolder();
    const path = scenarioFile(BRIEF);
    await crashboard(['run', path, '--seed', 'first'], { output });
    const twins = await Promise.all([0, 1].map(() => crashboard(['run', path, '--seed', 'twin'], { output })));
    expect(twins.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const latest = readlinkSync(join(output, 'latest'));
    expect(latest).toMatch(/-twin(-2)?$/);
    expect(basename(latest)).toBe(latest);
    const runs = readdirSync(output).filter((name) => name !== 'latest');
    expect(runs).toHaveLength(4);
    expect(runs).toContain('.crashboard');
    for (const run of runs.filter((name) => name !== '.crashboard')) {
      expect(readdirSync(join(output, run)).toSorted(), run).toEqual(['report.html', 'run.json', 'timelines']);
    }
  });
});

describe('a run that could not have seen anything', () => {
  it('is inconclusive where the faults never strike', async () => {
    const path = scenarioFile({ ...SHORT, faults: [{ fault: 'kill', perSecond: 0.001 }] });
    const { exitCode, stdout, run } = await crashboard(['run', path]);
    expect(exitCode).toBe(3);
    expect(cellOf(run(), 'immediate')).toMatchObject({ verdict: 'inconclusive', outcome: 'open', failures: 0 });
    expect(stdout).toContain('Inconclusive: immediate: no kill happened');
  });

  it('is inconclusive where a kind of operation was never acknowledged', async () => {
    const path = scenarioFile({ ...SHORT, board: { tasks: 0 }, workload: { mix: { claim: 1, complete: 1 } } });
    const { exitCode, stdout } = await crashboard(['run', path]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/Inconclusive: immediate: .*no claim, no complete was acknowledged/);
  });
});
