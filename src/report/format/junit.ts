import imported, { type Builder, type TestCase } from 'junit-report-builder';
import { casesOf, type Case } from '../case.ts';
import { oneLine } from '../cut.ts';
import type { Reporter } from '../reporter.ts';

/** Its types speak of an ES module; what Node gets is the builder itself. */
const builder = imported as unknown as Builder;

/** JUnit's XML, as CI servers read it: a suite for each scenario, a case for each cell. */
export const junit: Reporter = {
  name: 'junit',
  summary: 'XML for CI servers: a suite for each scenario, a case for each cell',
  file: 'junit.xml',
  render({ run }) {
    const xml = builder.newBuilder();
    for (const { scenario, cases } of casesOf(run)) {
      const suite = xml.testSuite().name(`crashboard.${scenario}`).timestamp(run.startedAt.slice(0, 19));
      const properties = { seed: run.seed, plan: run.planDigest, sqlite: run.environment.sqlite };
      for (const [key, value] of Object.entries(properties)) suite.property(key, value);
      for (const one of cases) describe(suite.testCase(), one);
    }
    return xml.build();
  },
};

function describe(testCase: TestCase, { scenario, name, durationMs, outcome, headline, ...one }: Case): void {
  testCase
    .className(`crashboard.${scenario}`)
    .name(name)
    .time(durationMs / 1000);
  const text = printable(one.text);
  if (outcome === 'held') testCase.standardOutput(text);
  else if (outcome === 'open') testCase.error(oneLine(headline), 'inconclusive', text);
  else testCase.failure(`${oneLine(headline)}\n${text}`, 'violated');
}

/** XML has no way to write most control characters: they are shown as escapes, line by line. */
function printable(text: string): string {
  return text.split('\n').map(oneLine).join('\n');
}
