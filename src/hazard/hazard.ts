/** When a worker commits a hazard. */
export const HAZARD_MOMENTS = ['connect', 'in-transaction', 'after-commit'] as const;
export type HazardMoment = (typeof HAZARD_MOMENTS)[number];

/** The files of a database that a hazard can be about. */
export const DATABASE_FILES = ['database', 'wal', 'shm'] as const;
export type DatabaseFile = (typeof DATABASE_FILES)[number];

/** Something that an application does itself, with its own hands, and that is known to be dangerous. */
export interface Hazard {
  name: string;
  summary: string;
  /** Why it is dangerous: the mechanism, in a sentence that a finding can quote. */
  mechanism: string;
  /** Where the rule is written. */
  source: string;
  /**
   * Does it, in the worker's own process, once. Files that are not there are no error.
   * @param databasePath absolute path of the live database.
   * @returns whether there was something to do it to.
   */
  perform(databasePath: string, file?: DatabaseFile): boolean;
}

/** A hazard in a scenario: which, on what, when, how often. */
export interface HazardUse {
  hazard: string;
  /** Which file it is about; hazards that are about all of them have none. */
  file?: DatabaseFile | undefined;
  when: HazardMoment;
  /** Chance at each such moment, above 0 up to 1. */
  probability: number;
}

const SUFFIXES: Record<DatabaseFile, string> = { database: '', wal: '-wal', shm: '-shm' };

/** Path of one of a database's files. */
export function pathOf(databasePath: string, file: DatabaseFile): string {
  return databasePath + SUFFIXES[file];
}

/** How a hazard is named in plans, tables and findings: `raw-read(shm) after-commit`, `copy-live connect`. */
export function labelOf(use: HazardUse): string {
  const chance = use.probability < 1 ? ` p=${use.probability}` : '';
  const file = use.file === undefined ? '' : `(${use.file})`;
  return `${use.hazard}${file} ${use.when}${chance}`;
}
