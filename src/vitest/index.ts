import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'vitest';
import { crashboardVersion } from '../kernel/version.ts';
import { cellText, headlineOf } from '../report/cell-text.ts';
import { html } from '../report/format/html.ts';
import { runJson } from '../report/run-json.ts';
import type { CellJson, RunJson } from '../report/run-schema.ts';
import { clearRunFolder, makeRunFolder, pointLatest, writeWhole } from '../run/output-folder.ts';
import { run, type RunListener } from '../run/run.ts';
import { loadScenario } from '../scenario/load.ts';
import { plan, type Cell, type Plan } from '../scenario/plan.ts';
import { defineScenario } from '../scenario/define.ts';
import type { Scenario, ScenarioInput } from '../scenario/schema.ts';
import { excerptOf } from '../timeline/excerpt.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** What a test may say over its scenario. */
export interface StormOptions {
  /** Only these strategies; controls run all the same. */
  strategies?: readonly string[];
  processes?: number;
  threads?: number;
  durationMs?: number;
  trials?: number;
  /** Seed of every choice; left out, a new one, which a failure tells. */
  seed?: string;
  /** Where results of failures go; default `reports`. */
  output?: string;
  /** How long one cell may take. Left out, by what it is to do. */
  timeoutMs?: number;
}

/** A cell did not come out as expected. The message is the report. */
class StormError extends Error {
  override readonly name = 'StormError';
}

/** A trial's start, checks and end take time besides its duration, on a busy machine a lot, in milliseconds. */
const OVERHEAD_MS = 20_000;

/**
 * Makes a test of each cell of a scenario: red if it does not come out as the scenario expects, or is inconclusive.
 * @param scenario as a scenario file exports it, the name of a shipped one, or the path of a file.
 * @throws {ScenarioError} if it is malformed, as the test file is read.
 */
export async function storm(scenario: ScenarioInput | string, options: StormOptions = {}): Promise<void> {
  const whole = typeof scenario === 'string' ? await loadScenario(scenario, process.cwd()) : defineScenario(scenario);
  const { output = 'reports', timeoutMs, seed = randomBytes(4).toString('hex'), ...overrides } = options;
  const thePlan = plan([whole], { ...overrides, seed, environment: process.env });
  describe(whole.name, () => {
    for (const cell of thePlan.cells) {
      const timeout = timeoutMs ?? cell.trials.length * (cell.durationMs + OVERHEAD_MS);
      test(cell.id, { timeout }, async ({ signal }) => {
        await carryOut({ ...thePlan, cells: [cell] }, whole, { output, signal, overrides });
      });
    }
  });
}

interface Circumstances {
  output: string;
  signal: AbortSignal;
  overrides: Pick<StormOptions, 'processes' | 'threads' | 'durationMs' | 'trials'>;
}

async function carryOut(part: Plan, scenario: Scenario, { output, signal, overrides }: Circumstances): Promise<void> {
  const startedAt = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = makeRunFolder(output, `${startedAt}-${part.seed}`);
  let isKept = false;
  try {
    const result = await run(part, { folder, keep: false, bail: false, signal, listener: SILENT });
    if (result.failure) throw result.failure;
    const context = { version: crashboardVersion(), exitCode: 1, scenarios: [scenario], folder };
    const json = runJson(result, { ...context, replay: ({ cell }) => replayOf(cell, part, overrides) });
    const [cell] = json.cells;
    if (!cell || cell.outcome === 'held') return;
    isKept = true;
    writeWhole(join(folder.path, 'run.json'), `${JSON.stringify(json, null, 2)}\n`);
    pointLatest(folder);
    const report = await writePage(json, folder.path);
    throw new StormError(messageOf(cell, json, folder.path, report));
  } finally {
    clearRunFolder(folder, isKept);
  }
}

/** A test has no command line of its own: the cell is named with what repeats it. */
function replayOf(cell: Cell, { seed }: Plan, overrides: Circumstances['overrides']): string {
  const given = Object.entries({ ...overrides, seed: `'${seed}'` }).map(([name, value]) => `${name}: ${value}`);
  return `storm(…, { ${given.join(', ')} }) and vitest -t '${cell.scenario} ${cell.id}'`;
}

async function writePage(run: RunJson, folder: string): Promise<string> {
  const path = join(folder, 'report.html');
  const rendered = await html.render({ run, folder });
  writeWhole(path, typeof rendered === 'string' ? rendered : rendered.text);
  return relative(process.cwd(), path);
}

function messageOf(cell: CellJson, { seed, sections }: RunJson, folder: string, report: string): string {
  const excerpt = timelineOf(cell, folder);
  return [
    headlineOf(cell),
    cellText(cell),
    ...(excerpt.length > 0 ? ['', 'What the workers did around the first sign of damage:', ...excerpt] : []),
    ...sections.flatMap(({ title, text }) => ['', title, ...text]),
    '',
    `seed: ${seed}`,
    `report: ${report}`,
  ].join('\n');
}

function timelineOf({ perTrial }: CellJson, folder: string): string[] {
  const path = perTrial.find(({ failed, timeline }) => failed && timeline !== undefined)?.timeline;
  if (path === undefined || !existsSync(join(folder, path))) return [];
  return excerptOf(JSON.parse(readFileSync(join(folder, path), 'utf8')) as Timeline);
}

const SILENT: RunListener = {
  cellStarted() {},
  trialStarted() {},
  faultStruck() {},
  trialJudged() {},
  cellJudged() {},
};
