import { adviceFor } from './advice.ts';
import { cellsByScenario, conclusionOf } from './answer.ts';
import type { PageCell, PageData } from './page-data.ts';
import type { CellJson, RunJson } from './run-schema.ts';
import { chooseTimelines } from './timelines.ts';

/** So many findings of a cell are shown; they repeat themselves. */
const FINDINGS_MAX = 40;

/** Gathers what the page shows of a run. @param folder of the run, where the timelines lie. */
export function pageDataOf(run: RunJson, folder: string): PageData {
  const { cells, scenarios, ...rest } = run;
  const { timelines, leftOut } = chooseTimelines(cells, folder);
  const checks = new Set(cells.flatMap(({ findings }) => findings.map(({ check }) => check)));
  const advice = [...checks].flatMap((check): [string, string][] => {
    const text = adviceFor(check);
    return text === undefined ? [] : [[check, text]];
  });
  return {
    run: rest,
    scenarios: cellsByScenario(scenarios, cells).map(({ name, question, cells }) => ({
      name,
      question,
      answer: conclusionOf(cells),
      cells: cells.map(pageCell),
    })),
    timelines,
    advice: Object.fromEntries(advice),
    leftOut,
  };
}

function pageCell(cell: CellJson): PageCell {
  const { findings } = cell;
  const findingsLeftOut = Math.max(0, findings.length - FINDINGS_MAX);
  return { ...cell, findings: findings.slice(0, FINDINGS_MAX), findingsLeftOut };
}
