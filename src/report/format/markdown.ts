import { adviceFor } from '../advice.ts';
import { cellsByScenario, conclusionOf, expectationOf, findingsByCheck } from '../answer.ts';
import { cut, oneLine } from '../cut.ts';
import { milliseconds, percent, wholeNumber } from '../numbers.ts';
import type { Reporter } from '../reporter.ts';
import type { CellJson, RunJson } from '../run-schema.ts';

/** GitHub takes 65,536 characters in one comment. */
const LENGTH_MAX = 65_000;
const MARKS = { held: '✓', violated: '✗', open: '?' };

/** For a comment on a pull request: the answer first, then the matrix and what was found. */
export const markdown: Reporter = {
  name: 'markdown',
  summary: 'for a comment on a pull request',
  file: 'report.md',
  render({ run }) {
    const parts = cellsByScenario(run.scenarios, run.cells).flatMap(({ name, question, cells }) => [
      `## ${name}\n\n${plain(question)}\n`,
      conclusionOf(cells)
        .map((sentence) => `- ${plain(sentence)}\n`)
        .join(''),
      matrix(cells),
      ...cells.filter(isNews).map(found),
    ]);
    const sections = run.sections.map(({ title, text }) => `### ${plain(title)}\n\n${fenced(text.join('\n'))}`);
    // The marker lets a bot find its own comment again.
    return cut(['<!-- crashboard -->\n', ...parts, ...sections, closing(run)].join('\n'), LENGTH_MAX);
  },
};

function isNews(cell: CellJson): boolean {
  return cell.outcome === 'violated' || (cell.findings.length > 0 && !cell.control);
}

function matrix(cells: readonly CellJson[]): string {
  const rows = cells.map((cell) => {
    const { label, id, verdict, failures, trials, failureRate, kills, operations, latencyMs } = cell;
    const name = label === id ? id : `${id} (${label})`;
    return [
      `${cell.expected === 'any' ? '·' : MARKS[cell.outcome]} ${verdict}`,
      plain(name),
      `${failures}/${trials}`,
      `${percent(failureRate.low)}–${percent(failureRate.high)}`,
      `${kills.total}${kills.inTransaction === null ? '' : ` (${kills.inTransaction})`}`,
      `${wholeNumber(operations.acknowledged)} / ${wholeNumber(operations.lost)}`,
      wholeNumber(cell.throughputPerSecond),
      latencyMs.all ? milliseconds(latencyMs.all.p99) : '–',
    ];
  });
  const head = ['verdict', 'strategy', 'failed', '95 % interval', 'kills (in txn)', 'acked / lost', 'ops/s', 'p99 ms'];
  const rule = head.map((_, index) => (index < 2 ? '---' : '---:'));
  return `${[head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function found(cell: CellJson): string {
  const wanted = cell.outcome === 'violated' ? `, expected ${expectationOf(cell)}` : '';
  const lines = findingsByCheck(cell.findings).flatMap(([check, findings]) => {
    const [first] = findings;
    const advice = adviceFor(check);
    if (!first) return [];
    return [
      `- **${check}**${first.severity === 'warning' ? ' (warning)' : ''}: ${plain(first.message)}`,
      ...(first.mechanism === undefined ? [] : [`  - why: ${plain(first.mechanism)}`]),
      ...(advice === undefined ? [] : [`  - what to do: ${plain(advice)}`]),
    ];
  });
  return [`### ${plain(cell.label)} is ${cell.verdict}${wanted}\n`, ...lines, '', fenced(cell.replay)].join('\n');
}

function closing({ seed, planDigest, environment, crashboard }: RunJson): string {
  const { sqlite, node, fileSystem, kernel, cores } = environment;
  return `Seed \`${seed}\`, plan \`${planDigest}\`, Crashboard ${crashboard}, SQLite ${sqlite}, Node.js ${node}, ${fileSystem}, Linux ${kernel}, ${cores} cores.\n`;
}

/** Text that means nothing to Markdown, to tables and to HTML. */
function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${text}\n${fence}\n`;
}
