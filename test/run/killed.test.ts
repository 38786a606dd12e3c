import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { signal, stateOf } from '../../src/kernel/process.ts';
import { startCrashboard, untilTrial, type UnderWay } from '../support/crashboard.ts';
import { eventually } from '../support/eventually.ts';
import { startedBelow, stoppedFor, untilGone } from '../support/processes.ts';
import { LONG, SHORT, SOON_UNSAFE, scenarioFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A slow machine may take its time; how long it took is in the message. */
const LIMIT_MS = 5000;

/** Kills the supervisor and waits until nothing of the run is left. @returns what was there, and how long that took. */
async function killSupervisor(run: UnderWay) {
  const context = startedBelow(run.output);
  signal(run.pid, 'SIGKILL');
  const pids = (what: RegExp): number[] => context.flatMap(({ pid, command }) => (what.test(command) ? pid : []));
  const workersMs = await untilGone(pids(/worker\//), LIMIT_MS);
  const restMs = await untilGone(pids(/./), LIMIT_MS);
  await run.finished;
  // Whatever was being born when the list was made.
  await eventually('nobody is left', () => startedBelow(run.output).length === 0, LIMIT_MS);
  const report = `workers survived by ${workersMs} ms, everything was cleared up ${restMs} ms later`;
  return { context, report };
}

it('no worker survives a supervisor that is killed, paused ones included; no folder does either', async ({
  annotate,
}) => {
  const run = startCrashboard(['run', scenarioFile(LONG)]);
  const [paused] = await stoppedFor(300, () => startedBelow(run.output));
  const { context, report } = await killSupervisor(run);
  expect(context.map(({ pid }) => pid)).toContain(paused?.pid);
  expect(context.filter(({ command }) => command.includes('worker/main')).length).toBeGreaterThanOrEqual(4);
  expect(context.filter(({ command }) => command.includes('trial/reaper'))).toHaveLength(1);
  expect(readdirSync(run.output), report).toEqual(['.crashboard']);
  await annotate(report);
});

it('evidence of trials that were over stays, as whole as it was; what was under way goes', async () => {
  const run = startCrashboard(['run', scenarioFile(SOON_UNSAFE), scenarioFile(LONG)]);
  await untilTrial(run, 'long-immediate-1', 4);
  const { report } = await killSupervisor(run);
  expect(existsSync(join(run.output, 'latest')), 'a run without results is not the latest').toBe(false);
  const [folder = ''] = readdirSync(run.output).filter((name) => name !== '.crashboard');
  expect(readdirSync(join(run.output, folder)), report).toEqual(['trials']);
  expect(readdirSync(join(run.output, folder, 'trials'))).toEqual(['soon-unsafe-rollback-1']);
  expect(readdirSync(join(run.output, folder, 'trials', 'soon-unsafe-rollback-1'))).toContain('trial.json');
});

it.each([0, 150, 400, 800])('nothing is left, whenever it comes: %i ms after the first child', async (delayMs) => {
  const run = startCrashboard(['run', scenarioFile({ ...SHORT, durationMs: 300, trials: 20 })]);
  await eventually('the first child is there', () => startedBelow(run.output).length > 0);
  await setTimeout(delayMs);
  const { report } = await killSupervisor(run);
  expect(readdirSync(run.output), report).toEqual(['.crashboard']);
});

it('the reaper ends a child that nobody has named to it, and no other process', async () => {
  const [mine, other] = [temporaryFolder(), temporaryFolder()];
  const sleeper = (folder: string) => {
    const child = execa('sleep', ['60'], { env: { NODE_COMPILE_CACHE: folder }, reject: false });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const [stray, stranger] = [sleeper(mine), sleeper(other)];
  const reaper = fileURLToPath(new URL('../../src/trial/reaper.ts', import.meta.url));
  // The end of its input without a farewell: that is a supervisor that was killed.
  await execa(process.execPath, [reaper], { env: { NODE_COMPILE_CACHE: mine }, input: '' });
  expect(await stray).toMatchObject({ signal: 'SIGKILL' });
  expect(stateOf(stranger.pid ?? 0)).toBe('running');
});

it('a run whose reaper is killed ends as it should, with nothing left', async () => {
  const run = startCrashboard(['run', scenarioFile({ ...SHORT, durationMs: 1000 })]);
  const reapers = (): number[] =>
    startedBelow(run.output).flatMap(({ pid, command }) => (command.includes('trial/reaper') ? pid : []));
  await untilTrial(run, 'short-immediate-1', 2);
  expect(reapers()).toHaveLength(1);
  for (const pid of reapers()) signal(pid, 'SIGKILL');
  const { exitCode, stderr, run: json, folder, output } = await run.finished;
  expect(exitCode, stderr).toBe(0);
  expect(json()).toMatchObject({ interrupted: false, cells: [{ verdict: 'safe' }] });
  expect(startedBelow(output)).toEqual([]);
  // Of a trial nothing but its timeline.
  expect(
    readdirSync(folder)
      .filter((name) => name !== 'timelines')
      .toSorted(),
  ).toEqual(['report.html', 'run.json']);
});
