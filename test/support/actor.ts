import type { Actor } from '../fixtures/actor.ts';
import { Remote } from './remote.ts';

/** Another process that uses the files of this test. */
export function startActor(): Remote<Actor> {
  return new Remote<Actor>('actor');
}

/** Another process with a database open. */
export async function actorOn(databasePath: string, journalMode: 'wal' | 'delete' = 'wal'): Promise<Remote<Actor>> {
  const actor = startActor();
  await actor.call('open', databasePath, 0);
  await actor.call('all', `PRAGMA journal_mode = ${journalMode}`);
  return actor;
}
