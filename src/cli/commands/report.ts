import { Command } from 'commander';
import { openRun } from '../../report/read-run.ts';
import { addReportOptions, chooseReporters, reportFlags, writeReports } from '../reporting.ts';
import { say } from '../finish.ts';
import { summaryOf } from '../summary.ts';

/** `crashboard report`: tells a run that is over once more, or in another format. */
export function reportCommand(): Command {
  const command = new Command('report')
    .description('tell a run once more, or in another format, from its run.json and timelines')
    .argument('[run]', 'folder of a run, or an output folder for its latest run', 'reports/latest');
  return addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (place: string, flags: object) => {
      process.exitCode = await reportAgain(place, flags);
    });
}

const EXAMPLES = `
Without --reporter the result is printed, and nothing is written.

Examples:
  crashboard report                                     the latest run below reports
  crashboard report reports/2026-11-20T09-15-00-7f3a --reporter html,markdown
  crashboard report --reporter junit --output-file.junit build/junit.xml
  crashboard report --reporter markdown --output-file.markdown - | gh pr comment --body-file -`;

async function reportAgain(place: string, flags: object): Promise<number> {
  const { run, folder } = openRun(place);
  const chosen = await chooseReporters(reportFlags(flags), []);
  const isPiped = chosen.some(({ path }) => path === '-');
  const { html, problems } = await writeReports({ run, folder }, chosen, (text) => process.stdout.write(text));
  const summary = summaryOf(run, { folder, columns: process.stdout.columns, html });
  if (!isPiped) process.stdout.write(summary);
  return say(problems, 0);
}
