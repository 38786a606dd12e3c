import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import { stateOf } from '../../src/kernel/process.ts';
import type { FaultRecord } from '../../src/fault/fault.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import type { TrialFacts } from '../../src/trial/facts.ts';
import { Observer } from '../../src/trial/observer-client.ts';
import { Templates } from '../../src/trial/prepare.ts';
import { runTrial } from '../../src/trial/run-trial.ts';
import { Spares } from '../../src/trial/spares.ts';
import { query } from '../support/board.ts';
import { smallCell } from '../support/cell.ts';
import { newChildContext } from '../support/child-context.ts';

async function runSmall(wishes: Partial<ScenarioInput>, signal = new AbortController().signal) {
  const context = newChildContext();
  const { folder, compileCache, reaper } = context;
  const spares = new Spares(compileCache, reaper);
  const observer = new Observer(compileCache, reaper);
  onTestFinished(async () => {
    await spares.dismiss();
    await observer.dismiss();
  });
  const struck: FaultRecord[] = [];
  const equipment = {
    spares,
    observer,
    signal,
    templates: new Templates(join(folder, 'templates'), context),
    onFault: (record: FaultRecord) => struck.push(record),
  };
  const { cell, trial } = smallCell(wishes);
  const directory = join(folder, 'trial');
  const running = runTrial(cell, trial, directory, equipment);
  return { directory, trial, struck, running, databasePath: join(directory, 'board.db') };
}

const historiesOf = (directory: string) =>
  readdirSync(join(directory, 'history'))
    .toSorted()
    .map((file) => file.replace(/\.history$/, ''));

describe('a trial', () => {
  it('without faults ends by itself, with everybody gone and everything written down', async () => {
    const { directory, running, databasePath } = await runSmall({ workload: { operations: 30 }, durationMs: 20_000 });
    const facts = await running;

    expect(facts).toMatchObject({ faults: [], faultsPlanned: 0, interrupted: false, replacementMs: [] });
    expect(facts.exits.map(({ worker, how, code, stderr }) => ({ worker, how, code, stderr }))).toEqual(
      expect.arrayContaining(['w1.0', 'w2.0'].map((worker) => ({ worker, how: 'finished', code: 0, stderr: '' }))),
    );
    expect(facts.exits.map(({ pid }) => stateOf(pid))).toEqual(['gone', 'gone']);
    expect(JSON.parse(readFileSync(join(directory, 'trial.json'), 'utf8')) as TrialFacts).toEqual(facts);
    expect(historiesOf(directory)).toEqual(['setup', 'w1.0', 'w2.0']);
    expect(readFileSync(join(directory, 'observations.jsonl'), 'utf8')).toMatch(/"kind":"end"/);
    expect(query(databasePath, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('under fire replaces whoever is killed, and puts down exactly the kills that struck', async () => {
    const { directory, trial, running, struck } = await runSmall({
      faults: [{ fault: 'kill', perSecond: 8, aim: 'write-lock' }],
      durationMs: 900,
    });
    const facts = await running;

    expect(trial.faults.length).toBeGreaterThan(2);
    expect(facts.faultsPlanned).toBe(trial.faults.length);
    expect(facts.faults).toEqual(struck);
    expect(struck.length).toBeGreaterThan(0);
    const killed = facts.exits.filter(({ how }) => how === 'killed');
    expect(killed.map(({ worker, pid }) => `${worker} ${pid}`).toSorted()).toEqual(
      struck.map(({ worker, pid }) => `${worker} ${pid}`).toSorted(),
    );
    expect(killed.every(({ signal }) => signal === 'SIGKILL')).toBe(true);
    expect(facts.exits.filter(({ how }) => how !== 'killed').every(({ how }) => how === 'finished')).toBe(true);
    expect(facts.replacementMs.length).toBeLessThanOrEqual(struck.length);
    // A worker's successor has a number of its own, so that no two write one history.
    const workers = facts.exits.map(({ worker }) => worker);
    expect(new Set(workers).size).toBe(workers.length);
    expect(historiesOf(directory)).toEqual(expect.arrayContaining(killed.map(({ worker }) => worker)));
    for (const file of readdirSync(join(directory, 'history'))) {
      expect(() => [...readHistory(join(directory, 'history', file))]).not.toThrow();
    }
    expect(facts.exits.every(({ pid }) => stateOf(pid) === 'gone')).toBe(true);
  });

  it('ends in time although its workers would go on, and is over for paused ones too', async () => {
    const { running } = await runSmall({
      faults: [{ fault: 'pause', perSecond: 20, durationMs: 60_000 }],
      durationMs: 300,
    });
    const facts = await running;

    expect(facts.faults.some(({ fault }) => fault === 'pause')).toBe(true);
    expect(facts.exits.map(({ how }) => how)).toEqual(['finished', 'finished']);
    expect(facts.exits.every(({ pid }) => stateOf(pid) === 'gone')).toBe(true);
  });

  it('lets dispatchers work beside the workers, and strikes none of them', async () => {
    const { directory, running } = await runSmall({
      dispatchers: { processes: 1 },
      faults: [{ fault: 'kill', perSecond: 20, aim: 'random' }],
      durationMs: 500,
    });
    const facts = await running;

    expect(historiesOf(directory)).toContain('d1.0');
    expect(facts.faults.filter(({ worker }) => worker.startsWith('d'))).toEqual([]);
    expect(facts.exits.find(({ worker }) => worker === 'd1.0')).toMatchObject({ how: 'finished' });
  });

  it('stops in order when it is interrupted', async () => {
    const controller = new AbortController();
    const { running } = await runSmall({ durationMs: 60_000 }, controller.signal);
    setTimeout(() => controller.abort(), 600);
    const facts = await running;

    expect(facts.interrupted).toBe(true);
    expect(facts.durationMs).toBeLessThan(60_000);
    expect(facts.exits.map(({ how }) => how)).toEqual(['finished', 'finished']);
  });
});
