import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundled } from '../engine/bundled.ts';
import type { Connection } from '../engine/connection.ts';
import { TRIAL_FILES, type Observation, type TrialFacts } from '../trial/facts.ts';
import type { CopiedDatabase } from './copied-database.ts';
import { Ledger } from './ledger.ts';
import { reconcile, type Reconciliation } from './reconcile.ts';

const SUFFIXES = ['', '-wal', '-journal'];

/** Everything that is known of one trial that is over. Built in a fresh process, when every worker is gone. */
export class Evidence {
  readonly directory: string;
  readonly facts: TrialFacts;
  readonly observations: readonly Observation[];
  readonly ledger: Ledger;
  /** The files as the workers left them: opening this copy recovers its WAL or rolls its journal back. */
  readonly asLeft: CopiedDatabase;
  /** The same after the WAL was checkpointed into the database and taken away. */
  readonly checkpointed: CopiedDatabase;
  readonly #open: Connection[] = [];
  #reconciliation: Reconciliation | undefined;

  private constructor(directory: string) {
    this.directory = directory;
    this.facts = JSON.parse(readFileSync(join(directory, TRIAL_FILES.facts), 'utf8')) as TrialFacts;
    this.observations = readObservations(join(directory, TRIAL_FILES.observations));
    this.ledger = Ledger.read(join(directory, TRIAL_FILES.histories));
    this.asLeft = this.#copy('as-left');
    this.checkpointed = this.#copy('checkpointed');
    checkpoint(this.checkpointed.path);
  }

  /** @param directory a trial's folder. Copies of the database are laid into it. */
  static gather(directory: string): Evidence {
    return new Evidence(directory);
  }

  /** What the workers were told against what the audit trail holds. */
  get reconciliation(): Reconciliation {
    return (this.#reconciliation ??= reconcile(this.ledger, this.asLeft));
  }

  /** Closes what the checks opened and removes the copies; the files of the trial stay as they are. */
  release(): void {
    for (const connection of this.#open) connection.close();
    rmSync(join(this.directory, TRIAL_FILES.copies), { recursive: true, force: true });
  }

  #copy(name: string): CopiedDatabase {
    const folder = join(this.directory, TRIAL_FILES.copies, name);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, TRIAL_FILES.database);
    for (const suffix of SUFFIXES) {
      const source = join(this.directory, TRIAL_FILES.database + suffix);
      if (existsSync(source)) copyFileSync(source, path + suffix);
    }
    let opened: Connection | undefined;
    const connection = (): Connection => {
      if (!opened) this.#open.push((opened = bundled.open(path, 0)));
      return opened;
    };
    return { name: TRIAL_FILES.database, path, connection };
  }
}

function checkpoint(path: string): void {
  try {
    const connection = bundled.open(path, 0);
    try {
      connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    } finally {
      // Closing the last connection takes the WAL away as well.
      connection.close();
    }
  } catch {
    // What is broken here shows again in the checks, which have the words for it.
  }
}

function readObservations(path: string): Observation[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Observation);
}
