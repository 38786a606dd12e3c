import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sidecars } from '../../../src/check/checks/sidecars.ts';
import { TRIAL_FILES, type Observation } from '../../../src/trial/facts.ts';
import { actorOn } from '../../support/actor.ts';
import { goodTrial, type TrialFolder } from '../trial-folder.ts';
import { underObservation } from '../under-observation.ts';

const FEW = { operations: 4 };
/** Long enough for some twenty samples. */
const WATCH_MS = 300;
const WRITE = "UPDATE tasks SET title = 'written while somebody watches'";

/** What the observer writes of sidecars. */
type LostSidecar = Extract<Observation, { path: string }>;

/** The observer's record of a file that has lost its name. */
function deleted(trial: TrialFolder, pid: number, suffix = '-wal'): LostSidecar {
  return { kind: 'deleted-sidecar', atNs: 12_345_678, pid, path: trial.databasePath + suffix, samples: 3 };
}

function exits(...workers: [string, number][]) {
  return workers.map(([worker, pid]) => ({ worker, pid, code: 0, signal: null, how: 'finished' as const, stderr: '' }));
}

describe.runIf(process.platform === 'linux')('sidecars, seen by the observer', () => {
  it('are unlinked under a live worker, which goes on using them', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    trial.know({ exits: exits(['w1.0', actor.pid]) });
    const seen = await underObservation(trial.path, [actor.pid], async ({ awaits }) => {
      rmSync(`${trial.databasePath}-wal`);
      await awaits('deleted-sidecar');
    });
    await actor.kill();
    expect(seen[0]).toMatchObject({ kind: 'deleted-sidecar', pid: actor.pid, path: `${trial.databasePath}-wal` });
    expect(trial.findings(sidecars)).toEqual([
      {
        check: 'sidecars',
        severity: 'violation',
        message: expect.stringMatching(
          /^1 live workers \(w1\.0\) went on using a -wal file that had been deleted, first seen \d+ ms into the trial$/,
        ) as string,
        mechanism: expect.stringContaining('unlinked sidecars') as string,
        evidence: 'observations.jsonl',
      },
    ]);
  });

  it('are noticed when only -shm is gone', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    await underObservation(trial.path, [actor.pid], async ({ awaits }) => {
      rmSync(`${trial.databasePath}-shm`);
      await awaits('deleted-sidecar');
    });
    await actor.kill();
    expect(trial.findings(sidecars)[0]?.message).toContain(`(process ${actor.pid}) went on using a -shm file`);
  });

  it('are replaced under a live worker, which goes on using the old ones', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    trial.know({ exits: exits(['w1.0', actor.pid]) });
    const seen = await underObservation(trial.path, [actor.pid], async ({ awaits }) => {
      // Files are known again only after they were seen under their names: by the time this was noticed, -shm was.
      rmSync(`${trial.databasePath}-wal`);
      await awaits('deleted-sidecar');
      renameSync(`${trial.databasePath}-shm`, `${trial.databasePath}-shm.old`);
      copyFileSync(`${trial.databasePath}-shm.old`, `${trial.databasePath}-shm`);
      await awaits('replaced-sidecar');
    });
    await actor.kill();
    expect(seen[1]).toMatchObject({ kind: 'replaced-sidecar', pid: actor.pid, path: `${trial.databasePath}-shm` });
    expect(trial.findings(sidecars).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^1 live workers \(w1\.0\) went on using a -wal file that had been deleted, /),
    ]);
  });

  it('are left alone by healthy workers, also when the last one closes', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    const seen = await underObservation(trial.path, [actor.pid], async () => {
      for (let waited = 0; waited < WATCH_MS; waited += 30) {
        await actor.call('exec', WRITE);
        await setTimeout(15);
        await actor.call('close');
        await actor.call('open', trial.databasePath, 0);
        await setTimeout(15);
      }
    });
    expect(seen).toEqual([expect.objectContaining({ kind: 'end' })]);
    expect(seen[0]?.samples).toBeGreaterThan(3);
    expect(trial.findings(sidecars)).toEqual([]);
  });

  it('are no matter of a process that stands still, until it goes on', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    await underObservation(trial.path, [actor.pid], async ({ seen, awaits }) => {
      process.kill(actor.pid, 'SIGSTOP');
      rmSync(`${trial.databasePath}-wal`);
      await setTimeout(WATCH_MS);
      expect(seen()).toEqual([]);
      process.kill(actor.pid, 'SIGCONT');
      await awaits('deleted-sidecar');
    });
  });

  it('are no matter of a process that is not of the trial', async () => {
    const trial = goodTrial({ workload: FEW });
    const actor = await actorOn(trial.databasePath);
    await actor.call('exec', WRITE);
    const seen = await underObservation(trial.path, [process.pid], async () => {
      rmSync(`${trial.databasePath}-wal`);
      await setTimeout(WATCH_MS);
    });
    expect(seen.map(({ kind }) => kind)).toEqual(['end']);
  });
});

describe('sidecars, as the observations tell', () => {
  it('is quiet when there are none', () => {
    expect(goodTrial({ workload: FEW }).findings(sidecars)).toEqual([]);
  });

  it('is quiet on observations of other kinds', () => {
    const trial = goodTrial({ workload: FEW });
    trial.observe({ kind: 'wal-index', atNs: 1, backfilled: 3, frames: 2, samples: 3 });
    trial.observe({ kind: 'end', atNs: 2, samples: 9 });
    expect(trial.findings(sidecars)).toEqual([]);
  });

  it('counts workers, not files, and names three', () => {
    const trial = goodTrial({ workload: FEW });
    const workers: [string, number][] = [1, 2, 3, 4].map((slot) => [`w${slot}.0`, 1000 + slot]);
    trial.know({ exits: exits(...workers) });
    for (const [, pid] of workers) {
      trial.observe(deleted(trial, pid, '-shm'));
      trial.observe(deleted(trial, pid, '-wal'));
    }
    expect(trial.findings(sidecars).map(({ message }) => message)).toEqual([
      '4 live workers (w1.0, w2.0, w3.0, …) went on using a -shm file that had been deleted, first seen 12 ms into the trial',
    ]);
  });

  it('says of a file that has another’s place now that it was replaced', () => {
    const trial = goodTrial({ workload: FEW }).know({ exits: exits(['w1.0', 1001]) });
    trial.observe({ ...deleted(trial, 1001, '-shm'), kind: 'replaced-sidecar' });
    expect(trial.findings(sidecars)).toEqual([
      {
        check: 'sidecars',
        severity: 'violation',
        message:
          '1 live workers (w1.0) went on using a -shm file that had been replaced, first seen 12 ms into the trial',
        mechanism: expect.stringContaining('somebody removed or replaced them') as string,
        evidence: 'observations.jsonl',
      },
    ]);
  });

  it('names the file by its suffix, whatever the folder is called', () => {
    const trial = goodTrial({ workload: FEW });
    const path = `/tmp/a-wal/b-shm/${TRIAL_FILES.database}-wal`;
    trial.observe({ kind: 'deleted-sidecar', atNs: 1, pid: 1, path, samples: 3 });
    expect(trial.findings(sidecars)[0]?.message).toContain('went on using a -wal file');
  });
});
