import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
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
    expect(b.shard).toBeUndefined();
    expect(b.scenarios).toEqual(a.scenarios);
    const certain = (run: typeof a): unknown =>
      run.cells.map(
        ({ id, verdict, outcome, trials, failures, failureRate, perTrial, operations, control, replay }) => ({
          ...{ id, verdict, outcome, trials, failures, failureRate, replay },
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

  it('of which one is missing, doubled, of another plan or damaged are refused', async () => {
    const path = scenarioFile({ ...SPLIT, strategies: ['immediate'], controls: [], trials: 2 });
    const run = (index: number, seed: string): Promise<Finished> =>
      crashboard(['run', path, '--seed', seed, '--shard', `${index}/2`]);
    const [first, second, stranger] = [await run(1, 'a'), await run(2, 'a'), await run(2, 'b')];
    const refused = async (...places: string[]): Promise<string> => {
      const output = join(first.output, 'never');
      const { exitCode, stderr } = await crashboard(['merge', ...places, '--output', output]);
      expect(exitCode).toBe(2);
      expect(existsSync(output)).toBe(false);
      return stderr;
    };
    expect(await refused(first.output)).toMatch(/shard 2\/2 is missing: give the folders of all 2/);
    expect(await refused(first.output, first.output)).toMatch(/are both shard 1\/2/);
    expect(await refused(first.output, stranger.output)).toMatch(/merge shards of one plan/);
    expect(await refused('/nowhere')).toMatch(/no such file or folder/);
    writeFileSync(join(second.folder, 'blob.json'), '{');
    expect(await refused(first.output, second.output)).toMatch(/is not JSON/);
  });
});
