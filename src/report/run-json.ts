import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { labelOf } from '../hazard/hazard.ts';
import { machineAt } from '../kernel/machine.ts';
import type { RunFolder } from '../run/output-folder.ts';
import { trialFolderName, type RunResult } from '../run/run.ts';
import { cellLabel } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { CellFinding, CellResult } from '../verdict/cell-result.ts';
import { RUN_VERSION, runSchema, type CellJson, type FindingJson, type RunJson } from './run-schema.ts';
import type { Section } from './section/section.ts';

/** What the caller knows besides the result. */
export interface RunContext {
  version: string;
  exitCode: number;
  scenarios: readonly Pick<Scenario, 'name' | 'question'>[];
  /** Where it was measured; left out, here. */
  environment?: RunJson['environment'];
  folder: RunFolder;
  /** The part of the plan that was carried out; left out, all of it. */
  shard?: { index: number; of: number } | undefined;
  /** Parts of the result that are no cells. */
  sections?: readonly Section[];
  /** Command line that repeats a cell. */
  replay: (result: Pick<CellResult, 'cell'>) => string;
}

/**
 * The machine-readable result of a run, checked against its own published schema.
 * @throws if it does not fit: then the two have grown apart.
 */
export function runJson(result: RunResult, context: RunContext): RunJson {
  return runSchema.parse({
    $schema: 'crashboard/run.schema.json',
    version: RUN_VERSION,
    crashboard: context.version,
    startedAt: result.startedAt.toISOString(),
    durationMs: result.durationMs,
    interrupted: result.interrupted,
    failure: result.failure?.message ?? null,
    exitCode: context.exitCode,
    seed: result.plan.seed,
    planDigest: result.plan.digest,
    shard: context.shard ?? null,
    cellsPlanned: result.plan.cells.length,
    scenarios: context.scenarios.map(({ name, question }) => ({ name, question })),
    environment: context.environment ?? machineAt(context.folder.path, result.sqliteVersion),
    cells: result.cells.map((cell) => cellJson(cell, context)),
    sections: [...(context.sections ?? [])],
  } satisfies RunJson);
}

function cellJson(result: CellResult, { folder, replay }: RunContext): CellJson {
  const { cell, latencyMs, latencyMsAll, resolved } = result;
  return {
    id: cell.id,
    scenario: cell.scenario,
    control: cell.isControl,
    strategy: { ...cell.strategy, axes: { ...cell.strategy.axes } },
    engine: { name: cell.engine, sqliteVersion: result.sqliteVersion },
    hazards: cell.hazards.map(labelOf),
    faults: cell.faults.map(({ fault, aim, perSecond }) => `${fault} aimed at ${aim}, ${perSecond}/s`),
    label: cellLabel(cell),
    processes: cell.workers.processes,
    threads: cell.workers.threads,
    expected: cell.expected,
    verdict: result.verdict,
    outcome: result.outcome,
    trials: result.trials,
    perTrial: result.perTrial.map((figures) => {
      const timeline = `${relative(folder.path, folder.timelines)}/${trialFolderName(cell, figures.trial)}.json`;
      return existsSync(join(folder.path, timeline)) ? { ...figures, timeline } : figures;
    }),
    failures: result.failures,
    failureRate: result.failureRate,
    perKillHigh: result.perKillHigh,
    findings: result.findings.map((finding) => findingJson(result, finding, folder)),
    inconclusiveBecause: result.vacuous,
    operations: {
      ...result.operations,
      acknowledged: result.acknowledged,
      lost: result.lost,
      inFlightCommitted: resolved.committed,
      inFlightAbsent: resolved.absent,
    },
    kills: result.kills,
    pauses: result.pauses,
    claimsLost: result.claimsLost,
    errors: result.errors,
    throughputPerSecond: result.throughputPerSecond,
    latencyMs: { ...latencyMs, ...(latencyMsAll && { all: latencyMsAll }) },
    replacementMsMedian: result.replacementMsMedian,
    replay: replay(result),
  };
}

function findingJson(result: CellResult, finding: CellFinding, folder: RunFolder): FindingJson {
  const { evidence: _, ...told } = finding;
  const evidence = evidencePath(result, finding, folder);
  return existsSync(join(folder.path, evidence)) ? { ...told, evidence } : told;
}

/** Where the evidence of a finding lies, below the folder of the run. */
export function evidencePath(
  { cell }: CellResult,
  finding: { trial: number; evidence: string },
  folder: RunFolder,
): string {
  return `${relative(folder.path, folder.trials)}/${trialFolderName(cell, finding.trial)}/${finding.evidence}`;
}
