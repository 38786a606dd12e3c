import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ScenarioError } from '../scenario/define.ts';
import type { ExplorationResult } from './result.ts';

/** Where a project keeps its counterexamples unless it says otherwise. */
export const COUNTEREXAMPLES = 'counterexamples';

const savedSchema = z.strictObject({
  crashboardCounterexample: z.literal(1),
  token: z.string(),
  /** What failed when it was saved. */
  failure: z.string(),
});

/** A counterexample that a project keeps as a regression test. */
export interface SavedCounterexample {
  path: string;
  token: string;
  failure: string;
}

/**
 * Writes a file for each counterexample, named after scenario, situation and strategy. One of an earlier exploration is
 * replaced.
 * @throws {ScenarioError} if a file of that name is not one of ours; then it is left alone.
 */
export function saveCounterexamples(folder: string, results: readonly ExplorationResult[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { scenario, situation, strategy, counterexample } of results) {
    if (!counterexample) continue;
    const name = `${scenario.replaceAll(/[^\w-]+/g, '-').replace(/^-+/, '')}-${situation}-${strategy}.json`;
    const path = join(folder, name);
    if (existsSync(path)) read(path);
    const { token, failure } = counterexample;
    writeFileSync(path, `${JSON.stringify({ crashboardCounterexample: 1, token, failure }, null, 2)}\n`);
  }
}

/** All that are saved in a folder; none if there is no such folder. @throws {ScenarioError} for a file that is not one. */
export function savedCounterexamples(folder: string): SavedCounterexample[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => read(join(folder, file)));
}

function read(path: string): SavedCounterexample {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ScenarioError(`${path}: is not JSON (${(error as Error).message}); move it away`);
  }
  const parsed = savedSchema.safeParse(text);
  if (!parsed.success) throw new ScenarioError(`${path}: is no saved counterexample of Crashboard; move it away`);
  const { token, failure } = parsed.data;
  return { path, token, failure };
}
