import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { readBlob } from '../../src/report/blob.ts';
import { merge } from '../../src/report/merge.ts';
import { crashboard, type Finished } from '../support/crashboard.ts';
import { BRIEF, scenarioFile } from '../support/scenario-file.ts';

const SHARDS = 4;

/** Two strategies and a control; each trial's outcome is as certain as can be. */
const SPLIT: ScenarioInput = {
  // So many operations and no more: their number is the same in every run.
  ...BRIEF,
  name: 'split',
  trials: 2,
  strategies: ['immediate', 'recommended'],
  controls: [
    {
      name: 'control-read',
      strategy: { name: 'rollback', axes: { pragmas: 'delete-full', connection: 'process' } },
      hazards: [{ hazard: 'raw-read', when: 'in-transaction' }],
      expect: 'unsafe',
    },
  ],
};

async function shards(path: string, seed: string): Promise<Finished[]> {
  const all: Finished[] = [];
  for (let index = 1; index <= SHARDS; index++) {
    all.push(await crashboard(['run', path, '--seed', seed, '--shard', `${index}/${SHARDS}`]));
  }
  return all;
}

describe('four shards', () => {
  it('merged are the whole: the same cells, the same plan, the same verdicts, the same numbers where they are certain', async () => {
    const path = scenarioFile(SPLIT);
    const whole = await crashboard(['run', path, '--seed', 'a']);
    expect(whole.exitCode, whole.all).toBe(0);
    const parts = await shards(path, 'a');
    expect(parts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    const merged = await crashboard([
      'merge',
      ...parts.map(({ output }) => output),
      '--output',
      join(whole.output, 'm'),
    ]);
    expect(merged.exitCode, merged.all).toBe(0);
    const folder = join(whole.output, 'm', 'latest');
    const [a, b] = [
      whole.run(),
      JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as typeof whole.run extends () => infer R ? R : never,
    ];
    expect(b.planDigest).toBe(a.planDigest);
    expect(b.seed).toBe(a.seed);
    expect(b.shard).toBeNull();
    expect(b.scenarios).toEqual(a.scenarios);
    const certain = (run: typeof a): unknown =>
      run.cells.map(
        ({ id, verdict, outcome, trials, failures, failureRate, perTrial, operations, control, replay }) => ({
          figures: [id, verdict, outcome, trials, failures, failureRate, replay],
          seeds: perTrial.map(({ trial, seed }) => [trial, seed]),
          // What a control breaks is not certain.
          ...(control ? {} : { created: operations.create.ok, lost: operations.lost }),
        }),
      );
    expect(certain(b)).toEqual(certain(a));
    for (const { perTrial, findings } of b.cells) {
      for (const { timeline } of perTrial) expect(existsSync(join(folder, timeline ?? 'none'))).toBe(true);
      for (const { evidence } of findings)
        if (evidence !== undefined) expect(existsSync(join(folder, evidence))).toBe(true);
    }
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  });

  it('are refused where one is missing, doubled, or of another plan', async () => {
    const { folder } = await crashboard([
      'run',
      scenarioFile(SPLIT),
      '--cell',
      'immediate',
      '--seed',
      'a',
      '--shard',
      '1/2',
    ]);
    const first = readBlob(folder);
    const second = { ...first, path: 'second', run: { ...first.run, shard: { index: 2, of: 2 } } };
    expect(merge([first, second]).result.plan.digest).toBe(first.plan.digest);
    expect(() => merge([first])).toThrow(/shard 2\/2 is missing: give the folders of all 2/);
    expect(() => merge([first, first])).toThrow(/are both shard 1\/2/);
    const stranger = { ...second, plan: { ...second.plan, digest: 'another' } };
    expect(() => merge([first, stranger])).toThrow(/merge shards of one plan, made with the same scenarios/);
    const elsewhere = {
      ...second,
      run: { ...second.run, environment: { ...second.run.environment, sqlite: '3.40.1' } },
    };
    expect(() => merge([first, elsewhere])).toThrow(/different versions of SQLite \(3\.40\.1 in second/);
    expect(() => merge([first, { ...second, run: { ...second.run, shard: null } }])).toThrow(/second is a whole run/);
    expect(() => readBlob('/nowhere')).toThrow(/no such file or folder/);
    writeFileSync(join(folder, 'blob.json'), '{');
    expect(() => readBlob(folder)).toThrow(/is not JSON/);
  });
});
