export { defineConfig, ConfigError } from './config/config.ts';
export { defineScenario, ScenarioError } from './scenario/define.ts';
export { defineExploration, type ExplorationInput } from './scenario/define-exploration.ts';
export { loadScenario, shippedScenarios } from './scenario/load.ts';
export { plan } from './scenario/plan.ts';
export { shardOf } from './scenario/shard.ts';
export { makeRunFolder, OutputError } from './run/output-folder.ts';
export { run } from './run/run.ts';
export { ReportError } from './report/reporter.ts';
export { compare } from './report/compare.ts';
export { openRun } from './report/read-run.ts';
export type { Config } from './config/config.ts';
export type { Scenario, ScenarioInput, Expectation } from './scenario/schema.ts';
export type {
  ActorEnd,
  ActorSession,
  Exploration,
  Outcome,
  Program,
  Situation,
  StartingBoard,
} from './scenario/exploration.ts';
export { claim } from './board/operation/claim.ts';
export { complete } from './board/operation/complete.ts';
export { create } from './board/operation/create.ts';
export { heartbeat } from './board/operation/heartbeat.ts';
export { reclaim } from './board/operation/reclaim.ts';
export type { Steps } from './step/step.ts';
export type { Cell, Plan, PlanOptions } from './scenario/plan.ts';
export type { RunListener, RunOptions, RunResult } from './run/run.ts';
export type { Rendered, Report, Reporter } from './report/reporter.ts';
export type { RunJson } from './report/run-schema.ts';
export type { Section } from './report/section/section.ts';
export type { CellResult } from './verdict/cell-result.ts';
export type { Verdict } from './verdict/verdict.ts';
export type { Finding } from './check/finding.ts';
export type { StrategyAxes } from './strategy/axes.ts';
export { defineBench } from './sweep/bench.ts';
