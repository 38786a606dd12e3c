import { adviceFor } from './advice.ts';
import { cellsByScenario, conclusionOf } from './answer.ts';
import type { PageCell, PageData } from './page-data.ts';
import type { CellJson, RunJson } from './run-schema.ts';
import { chooseTimelines } from './timelines.ts';

/** The data of a page as JSON: with its code it stays below 3 MB. */
const LENGTH_MAX = 2_700_000;
/** So many trials of a cell are shown, those that failed first; a cell can have thousands. */
const TRIALS_MAX = 50;
/** So many findings of a cell are shown; they repeat themselves. */
const FINDINGS_MAX = 40;

/** Gathers what the page shows of a run. @param folder of the run, where the timelines lie. */
export function pageDataOf(run: RunJson, folder: string): PageData {
  const { cells, scenarios, ...rest } = run;
  const shown = cells.map(pageCell);
  const room = Math.max(0, LENGTH_MAX - JSON.stringify([shown, rest.sections]).length);
  const { timelines, leftOut } = chooseTimelines(shown, folder, room);
  const checks = new Set(cells.flatMap(({ findings }) => findings.map(({ check }) => check)));
  const advice = [...checks].flatMap((check): [string, string][] => {
    const text = adviceFor(check);
    return text === undefined ? [] : [[check, text]];
  });
  return {
    run: rest,
    scenarios: cellsByScenario(scenarios, shown).map(({ name, question, cells }) => ({
      name,
      question,
      answer: conclusionOf(cells),
      cells,
    })),
    timelines,
    advice: Object.fromEntries(advice),
    leftOut,
  };
}

function pageCell(cell: CellJson): PageCell {
  const { findings, perTrial } = cell;
  const findingsLeftOut = Math.max(0, findings.length - FINDINGS_MAX);
  const order = perTrial.toSorted((a, b) => Number(b.failed) - Number(a.failed) || a.trial - b.trial);
  return {
    ...cell,
    findings: findings.slice(0, FINDINGS_MAX),
    findingsLeftOut,
    perTrial: order.slice(0, TRIALS_MAX),
    trialsLeftOut: Math.max(0, perTrial.length - TRIALS_MAX),
  };
}
