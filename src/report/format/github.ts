import { appendable } from '../appendable.ts';
import { casesOf, type Case } from '../case.ts';
import { cut } from '../cut.ts';
import type { Reporter } from '../reporter.ts';
import { markdown } from './markdown.ts';

/** GitHub shows no more than ten annotations of a kind from one step, … */
const ANNOTATIONS_MAX = 10;
/** … shows about so much of each, … */
const MESSAGE_LENGTH_MAX = 4000;
/** … and takes a job summary of no more than one MiB. A character takes up to three bytes of it. */
const SUMMARY_LENGTH_MAX = 340_000;

/** Annotations of GitHub Actions on standard output, and the job summary. On by itself under GitHub Actions. */
export const github: Reporter = {
  name: 'github',
  summary: 'annotations and job summary of GitHub Actions; on by itself there',
  async render(report) {
    const all = casesOf(report.run).flatMap(({ cases }) => cases);
    const text = [...annotations('error', all, 'violated'), ...annotations('warning', all, 'open')].join('');
    const path = process.env['GITHUB_STEP_SUMMARY'];
    if (path === undefined || path === '') return { text };
    const summary = await markdown.render(report);
    const whole = typeof summary === 'string' ? summary : summary.text;
    return { text, append: appendable(path, cut(whole, SUMMARY_LENGTH_MAX)) };
  },
};

function annotations(kind: 'error' | 'warning', cases: readonly Case[], outcome: Case['outcome']): string[] {
  const wanted = cases.filter((one) => one.outcome === outcome);
  const isTooMany = wanted.length > ANNOTATIONS_MAX;
  const shown = isTooMany ? wanted.slice(0, ANNOTATIONS_MAX - 1) : wanted;
  const lines = shown.map(({ scenario, name, headline, text }) =>
    command(kind, `${scenario}: ${name}`, cut(`${headline}\n${text}`, MESSAGE_LENGTH_MAX)),
  );
  if (!isTooMany) return lines;
  const rest = `${wanted.length - shown.length} more cells; GitHub shows ${ANNOTATIONS_MAX} of a kind. All are in the job summary and in run.json`;
  return [...lines, command(kind, 'crashboard', rest)];
}

/** A workflow command; its own separators are written as GitHub's toolkit writes them. */
function command(kind: string, title: string, message: string): string {
  return `::${kind} title=${escaped(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${escaped(message)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
