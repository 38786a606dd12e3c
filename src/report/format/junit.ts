import imported, { type Builder, type TestCase } from 'junit-report-builder';
import { cellsByScenario } from '../answer.ts';
import { cellText, headlineOf } from '../cell-text.ts';
import { oneLine } from '../cut.ts';
import type { Reporter } from '../reporter.ts';
import type { CellJson } from '../run-schema.ts';

/** Its types speak of an ES module; what Node gets is the builder itself. */
const builder = imported as unknown as Builder;

/** JUnit's XML, as CI servers read it: a suite for each scenario, a case for each cell. */
export const junit: Reporter = {
  name: 'junit',
  summary: 'XML for CI servers: a suite for each scenario, a case for each cell',
  file: 'junit.xml',
  render({ run }) {
    const xml = builder.newBuilder();
    for (const { name, cells } of cellsByScenario(run.scenarios, run.cells)) {
      const suite = xml.testSuite().name(`crashboard.${name}`).timestamp(run.startedAt.slice(0, 19));
      const properties = { seed: run.seed, plan: run.planDigest, sqlite: run.environment.sqlite };
      for (const [key, value] of Object.entries(properties)) suite.property(key, value);
      for (const cell of cells) describe(suite.testCase(), cell);
    }
    return xml.build();
  },
};

function describe(testCase: TestCase, cell: CellJson): void {
  const seconds = cell.perTrial.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  testCase.className(`crashboard.${cell.scenario}`).name(cell.id).time(seconds);
  const text = printable(cellText(cell));
  if (cell.outcome === 'held') testCase.standardOutput(text);
  else if (cell.outcome === 'open') testCase.error(oneLine(headlineOf(cell)), 'inconclusive', text);
  else testCase.failure(`${oneLine(headlineOf(cell))}\n${text}`, 'violated');
}

/** XML has no way to write most control characters: they are shown as escapes, line by line. */
function printable(text: string): string {
  return text.split('\n').map(oneLine).join('\n');
}
