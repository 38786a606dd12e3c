import { bundled } from '../engine/bundled.ts';
import { ScenarioError } from '../scenario/define.ts';
import { loadExploration } from '../scenario/load.ts';
import { cellsOf, type ExplorationCell } from './cells.ts';
import { confirm } from './confirm/confirm.ts';
import { EndlessExecution } from './execute.ts';
import { exploreCell } from './explore-cell.ts';
import { contextSwitches } from './move.ts';
import type { FromExplorer, ToExplorer } from './protocol.ts';
import { replayToken } from './replay-token.ts';
import { storyOf } from './story.ts';
import { TokenError, parseToken } from './token.ts';

/** Exit code of an explorer whose own part failed. */
const HARNESS_FAILED = 70;

/** Entry of the explorer: a process of its own, because it is the one that has SQLite loaded. */
async function main(request: ToExplorer): Promise<void> {
  if (request.type === 'explore') await explore(request);
  else await replay(request);
  say({ type: 'done', sqliteVersion: bundled.sqliteVersion });
  process.disconnect();
}

async function explore(request: Extract<ToExplorer, { type: 'explore' }>): Promise<void> {
  const { reference, directory, strategies, situations, timeMs } = request;
  const exploration = await loadExploration(reference, directory);
  const cells = cellsOf(exploration, { ...(strategies && { strategies }), ...(situations && { situations }) });
  for (const [index, cell] of cells.entries()) {
    const { strategy, situation } = cell;
    say({ type: 'started', strategy, situation: situation.name, cell: index + 1, cells: cells.length });
    const startMs = performance.now();
    const bound = request.bound ?? situation.bound ?? exploration.bound;
    const result = exploreCell(cell, { ...request, bound }, bundled, {
      timeMs,
      progress: (executions, steps, share) =>
        say({ type: 'progress', executions, steps, share, elapsedMs: performance.now() - startMs }),
    });
    if (request.confirm && result.counterexample) {
      result.counterexample.confirmation = await confirmToken(result.counterexample.token, cell, request);
    }
    say({ type: 'explored', result });
  }
}

async function replay(request: Extract<ToExplorer, { type: 'replay' }>): Promise<void> {
  const token = parseToken(request.token);
  if (token.version !== request.version) {
    throw new TokenError(
      `the token was made by Crashboard ${token.version}, this is ${request.version}: steps may differ; explore again`,
    );
  }
  const exploration = await loadExploration(token.scenario, request.directory);
  const replayed = replayToken(token, exploration, bundled, request.folder, request.times);
  const { cell, execution, same, mismatch } = replayed;
  const moves = execution.made.map(({ actor, action }) => ({ actor, action }));
  const confirmation = request.confirm && !mismatch ? await confirmToken(request.token, cell, request) : undefined;
  say({
    type: 'replayed',
    replay: {
      scenario: token.scenario,
      strategy: token.strategy,
      situation: token.situation,
      summary: cell.situation.summary,
      expected: cell.expected,
      failure: execution.failure,
      times: request.times,
      same,
      mismatch: mismatch?.message,
      contextSwitches: contextSwitches(moves),
      processes: [...cell.situation.processes],
      story: storyOf(execution.made, cell.situation.processes),
      ...(confirmation && { confirmation }),
    },
  });
}

function confirmToken(token: string, cell: ExplorationCell, request: ToExplorer) {
  const { folder, compileCache, directory } = request;
  const { scenario, schedule } = parseToken(token);
  return confirm({ scenario, directory, folder, compileCache, cell, schedule, engine: bundled });
}

function say(message: FromExplorer): void {
  process.send?.(message);
}

// A supervisor that is gone cannot be told anything.
process.on('disconnect', () => process.exit());
main(JSON.parse(process.argv[2] ?? '') as ToExplorer).catch((error: unknown) => {
  const isUsage = [ScenarioError, TokenError, EndlessExecution].some((kind) => error instanceof kind);
  const text = error instanceof Error ? (isUsage ? error.message : (error.stack ?? error.message)) : String(error);
  process.send?.({ type: 'failed', isUsage, message: text } satisfies FromExplorer, () => process.exit(HARNESS_FAILED));
});
