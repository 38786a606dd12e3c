import { ScenarioError } from '../scenario/define.ts';
import { loadFrom, namesOn, type Shelf } from '../scenario/load.ts';
import { defineBench, type Bench, type BenchInput } from './bench.ts';

const BENCHES: Shelf = { noun: 'bench', folder: 'scenarios/bench' };

/** The names of the benches that come with Crashboard. */
export function shippedBenches(): string[] {
  return namesOn(BENCHES);
}

/**
 * Loads a bench by the name of a shipped one, or by the path of a file whose default export is one.
 * @throws {ScenarioError} if there is none, if its file fails to load, or if it is malformed.
 */
export async function loadBench(reference: string, directory: string): Promise<Bench> {
  const exported = await loadFrom(BENCHES, reference, directory);
  try {
    return defineBench(exported as BenchInput);
  } catch (error) {
    throw new ScenarioError(`${reference}: ${(error as Error).message}`, { cause: error });
  }
}
