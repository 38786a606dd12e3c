import type { JudgedTrial } from '../verdict/cell-result.ts';
import type { Plan } from '../scenario/plan.ts';
import type { RunJson } from './run-schema.ts';

/** Everything that a reporter can tell of. */
export interface Report {
  /** What is in `run.json`. */
  run: RunJson;
  /** Folder of the run: the timelines and the evidence that `run` names lie below it. */
  folder: string;
  /** What only a run that has just ended knows; not there when an old one is reported again. */
  raw?: { plan: Plan; judged: readonly JudgedTrial[] } | undefined;
}

/** What a reporter makes of a report. */
export interface Rendered {
  text: string;
  /** Text that goes to the end of a file which the environment names, as the job summary of GitHub Actions. */
  append?: { path: string; text: string } | undefined;
}

/** One format of a report. Your own is an object or a class like this, as the default export of a module. */
export interface Reporter {
  name: string;
  summary: string;
  /** Name of its file in the folder of the run; left out, its text goes to standard output. */
  file?: string | undefined;
  /**
   * Makes the text of a report.
   * @throws {ReportError} if this report cannot be told in this format.
   */
  render(report: Report): string | Rendered | Promise<string | Rendered>;
}

/** A report, or a run that one was to be made of, is not as it must be. The message says what would be right. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
