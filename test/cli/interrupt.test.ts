import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { signal } from '../../src/kernel/process.ts';
import { cellOf, startCrashboard, untilTrial, type UnderWay } from '../support/crashboard.ts';
import { eventually } from '../support/eventually.ts';
import { startedBelow, stoppedFor, untilGone } from '../support/processes.ts';
import { LONG, SHORT, SOON_UNSAFE, scenarioFile } from '../support/scenario-file.ts';

/** What Ctrl-C does on a terminal: everybody in the foreground's process group gets the signal. */
function pressCtrlC({ pid }: UnderWay): void {
  process.kill(-pid, 'SIGINT');
}

it('Ctrl-C ends the run in order: what there is is judged and written, nothing else is left', async () => {
  const run = startCrashboard(['run', scenarioFile(SOON_UNSAFE), scenarioFile(LONG)]);
  await untilTrial(run, 'long-immediate-1', 4);
  const [paused] = await stoppedFor(300, () => startedBelow(run.output));
  expect(paused, 'a worker that the pause fault has stopped').toBeDefined();
  const pressedAt = performance.now();
  pressCtrlC(run);
  const { exitCode, stdout, stderr, run: json, folder, output } = await run.finished;
  const tookMs = Math.round(performance.now() - pressedAt);

  expect(exitCode, stderr).toBe(130);
  expect(stderr).toContain('stopping in order; once more to stop at once');
  expect(stdout).toContain('Interrupted: this is what there is.');
  expect(json()).toMatchObject({ interrupted: true, exitCode: 130 });
  expect(cellOf(json(), 'rollback').verdict).toBe('unsafe');
  // Neither the pause that would have gone on for minutes nor the early end is held against the board.
  const cut = cellOf(json(), 'immediate');
  expect(cut.findings).toEqual([]);
  expect(cut.inconclusiveBecause).toContain('it was interrupted');
  expect(cut.inconclusiveBecause.join()).not.toContain('waited');
  expect(cut).toMatchObject({ trials: 1, failures: 0 });
  expect(cut.operations.acknowledged).toBeGreaterThan(0);
  expect(startedBelow(output)).toEqual([]);
  expect(readdirSync(folder).toSorted()).toEqual(['report.html', 'run.json', 'timelines', 'trials']);
  expect(readdirSync(join(folder, 'trials'))).toEqual(['soon-unsafe-rollback-1']);
  expect(tookMs, `ending in order took ${tookMs} ms`).toBeLessThan(20_000);
});

it.each(['SIGTERM', 'SIGHUP'] as const)('%s does the same as Ctrl-C', async (name) => {
  const run = startCrashboard(['run', scenarioFile(LONG)]);
  await untilTrial(run, 'long-immediate-1', 4);
  signal(run.pid, name);
  const { exitCode, run: json, output } = await run.finished;
  expect(exitCode).toBe(130);
  expect(json()).toMatchObject({ interrupted: true, exitCode: 130 });
  expect(startedBelow(output)).toEqual([]);
});

it.each([0, 200, 400])('Ctrl-C leaves nothing behind, %i ms after the first child was born', async (delayMs) => {
  const run = startCrashboard(['run', scenarioFile({ ...SHORT, durationMs: 60_000 })]);
  await eventually('the first child is there', () => startedBelow(run.output).length > 0);
  await setTimeout(delayMs);
  pressCtrlC(run);
  const { exitCode, stdout, stderr, run: json, folder, output } = await run.finished;
  expect(exitCode, stderr).toBe(130);
  expect(stdout).toContain('Interrupted');
  expect(json().cells.flatMap(({ findings }) => findings)).toEqual([]);
  expect(startedBelow(output)).toEqual([]);
  // Of a trial nothing but its timeline.
  expect(
    readdirSync(folder)
      .filter((name) => name !== 'timelines')
      .toSorted(),
  ).toEqual(['report.html', 'run.json']);
});

it('Ctrl-C twice ends at once, also where a worker does not answer', async () => {
  const run = startCrashboard(['run', scenarioFile({ ...LONG, faults: [] })]);
  await untilTrial(run, 'long-immediate-1', 4);
  const workers = startedBelow(run.output).filter(({ command }) => command.includes('worker/main'));
  expect(workers.length).toBeGreaterThanOrEqual(4);
  // All of them, so that those that work are among them: the run would wait some seconds for these.
  for (const { pid } of workers) signal(pid, 'SIGSTOP');
  pressCtrlC(run);
  await eventually('the first is answered', () => run.said().includes('once more to stop at once'));
  const all = startedBelow(run.output).map(({ pid }) => pid);
  pressCtrlC(run);
  const { exitCode, stdout } = await run.finished;
  const tookMs = await untilGone(all, 5000);
  expect(exitCode).toBe(130);
  expect(stdout).toBe('');
  expect(startedBelow(run.output)).toEqual([]);
  expect(readdirSync(run.output), `all gone after ${tookMs} ms`).toEqual(['.crashboard']);
});
