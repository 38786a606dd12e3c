import type { SchedulerName } from './scheduler-names.ts';
import type { ExplorationResult } from './result.ts';
import type { StoryLine } from './story.ts';

/** What the explorer's process is asked to do. */
export type ToExplorer =
  | {
      type: 'explore';
      /** Name or path of the exploration, and the folder that a path is relative to. */
      reference: string;
      directory: string;
      version: string;
      /** Where boards lie; it belongs to the caller. */
      folder: string;
      compileCache: string;
      strategies?: string[];
      situations?: string[];
      scheduler: SchedulerName;
      /** `undefined`: as the exploration says. */
      bound?: number;
      schedules: number;
      /** For each cell, in milliseconds. */
      timeMs: number;
      seed: string;
      prune: boolean;
      /** Let real processes carry out every counterexample. */
      confirm: boolean;
    }
  | {
      type: 'replay';
      token: string;
      directory: string;
      version: string;
      folder: string;
      compileCache: string;
      times: number;
      confirm: boolean;
    };

/** What it says. */
export type FromExplorer =
  | { type: 'started'; strategy: string; situation: string; cell: number; cells: number }
  | { type: 'progress'; executions: number; steps: number; share: number | undefined; elapsedMs: number }
  | { type: 'explored'; result: ExplorationResult }
  | { type: 'replayed'; replay: ReplayReport }
  | { type: 'done'; sqliteVersion: string }
  | { type: 'failed'; isUsage: boolean; message: string };

/** What a token did when it was replayed. */
export interface ReplayReport {
  scenario: string;
  strategy: string;
  situation: string;
  summary: string;
  expected: 'safe' | 'unsafe';
  /** `undefined` if the schedule does not fail. */
  failure: string | undefined;
  times: number;
  /** How often it came out the same. */
  same: number;
  /** Where the schedule does not fit any more. */
  mismatch: string | undefined;
  contextSwitches: number;
  processes: number[];
  story: StoryLine[];
  confirmation?: { confirmed: boolean; seen: string };
}
