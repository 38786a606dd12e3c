import type { Timeline } from '../timeline/timeline.ts';
import type { CellJson, RunJson } from './run-schema.ts';

/** A cell as the page shows it. */
export interface PageCell extends CellJson {
  /** Findings beyond those that the page shows. */
  findingsLeftOut: number;
  /** Trials beyond those that the page shows. */
  trialsLeftOut: number;
}

/** A scenario with its answer in words. */
export interface PageScenario {
  name: string;
  question: string;
  /** What came out, sentence by sentence. */
  answer: string[];
  cells: PageCell[];
}

/** Everything that the HTML report holds, as JSON inside the page. */
export interface PageData {
  run: Omit<RunJson, 'cells' | 'scenarios'>;
  scenarios: PageScenario[];
  /** By their paths, as the trials name them. */
  timelines: Record<string, Timeline>;
  /** What to do about the findings of a check, by its name. */
  advice: Record<string, string>;
  /** What the page leaves out, in sentences. */
  leftOut: string[];
}

/** Where the data stands in the page. */
export const DATA_ELEMENT = 'crashboard-data';
