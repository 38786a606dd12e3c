import { readdirSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sourceUrl } from '../kernel/source-url.ts';
import { importUserModule } from '../kernel/user-module.ts';
import { nearest } from './nearest.ts';
import { ScenarioError, defineScenario } from './define.ts';
import { defineExploration, isExploration } from './define-exploration.ts';
import type { Exploration } from './exploration.ts';
import type { Scenario, ScenarioInput } from './schema.ts';

const SCENARIO_FILE = /\.(ts|js|mts|mjs)$/;

/** What can be loaded by name: files that come with Crashboard, in one folder. */
export interface Shelf {
  /** What lies there, for people. */
  noun: string;
  /** The folder below the project's root. */
  folder: string;
}

const SCENARIOS: Shelf = { noun: 'scenario', folder: 'scenarios' };

/** The names of the scenarios that come with Crashboard. */
export function shippedScenarios(): string[] {
  return namesOn(SCENARIOS);
}

/** The names of what lies on a shelf. */
export function namesOn({ folder }: Shelf): string[] {
  return readdirSync(new URL(`../../${folder}/`, import.meta.url))
    .filter((file) => SCENARIO_FILE.test(file) && !file.endsWith('.d.ts'))
    .map((file) => basename(file, extname(file)))
    .toSorted();
}

/**
 * Loads a storm by the name of a shipped one, or by the path of a file whose default export is one.
 * @param reference a name, or a path: relative to `directory` unless absolute.
 * @throws {ScenarioError} if there is none, if its file fails to load, if it is malformed, or an exploration.
 */
export async function loadScenario(reference: string, directory: string): Promise<Scenario> {
  const loaded = await loadAny(reference, directory);
  if (loaded.kind !== 'exploration') return loaded;
  throw new ScenarioError(`${reference}: is an exploration; \`crashboard explore ${reference}\` carries it out`);
}

/**
 * Loads an exploration, as {@link loadScenario} loads a storm.
 * @throws {ScenarioError} also for a storm.
 */
export async function loadExploration(reference: string, directory: string): Promise<Exploration> {
  const loaded = await loadAny(reference, directory);
  if (loaded.kind === 'exploration') return loaded;
  throw new ScenarioError(`${reference}: is no exploration; \`crashboard run ${reference}\` carries it out`);
}

/** Loads whatever the file declares. @throws {ScenarioError} as {@link loadScenario}, but for neither kind. */
export async function loadAny(
  reference: string,
  directory: string,
): Promise<(Scenario & { kind?: 'storm' }) | Exploration> {
  const exported = await loadFrom(SCENARIOS, reference, directory);
  try {
    // Checked again: the file may have exported a plain object.
    if (isExploration(exported)) return defineExploration(exported);
    return defineScenario(exported as ScenarioInput);
  } catch (error) {
    throw new ScenarioError(`${reference}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Loads the default export of a shipped file by its name, or of any file by its path.
 * @throws {ScenarioError} if there is no such file, if it fails to load, or if its default export is no object.
 */
export async function loadFrom(shelf: Shelf, reference: string, directory: string): Promise<object> {
  const url = locate(shelf, reference, directory);
  let loaded: { default?: unknown };
  try {
    loaded = (await importUserModule(url)) as typeof loaded;
  } catch (error) {
    if (error instanceof ScenarioError) throw new ScenarioError(`${reference}: ${error.message}`);
    throw new ScenarioError(`${reference}${lineIn(url, error)}: the file does not load: ${String(error)}`, {
      cause: error,
    });
  }
  if (typeof loaded.default !== 'object' || loaded.default === null) {
    const define = `define${shelf.noun.charAt(0).toUpperCase()}${shelf.noun.slice(1)}`;
    throw new ScenarioError(`${reference}: no ${shelf.noun} in it; expected \`export default ${define}({ … })\``);
  }
  return loaded.default;
}

function locate(shelf: Shelf, reference: string, directory: string): URL {
  const shipped = namesOn(shelf);
  if (shipped.includes(reference)) return sourceUrl(`../../${shelf.folder}/${reference}`, import.meta.url);
  const looksLikePath = reference.includes('/') || SCENARIO_FILE.test(reference);
  if (!looksLikePath) {
    throw new ScenarioError(
      `no ${shelf.noun} is named "${reference}"${nearest(reference, shipped)}; shipped are ${shipped.join(', ')}, or give the path of a file`,
    );
  }
  const path = resolve(directory, reference);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new ScenarioError(`${reference}: no such file`);
  if (!stat.isFile()) throw new ScenarioError(`${reference}: is not a file; give the path of a ${shelf.noun} file`);
  return pathToFileURL(path);
}

/** `:3` for the line of a file where an error arose, as far as its stack tells. */
function lineIn(url: URL, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = [url.href, fileURLToPath(url)].map((place) => stack.split(`${place}:`)[1]);
  const line = places.map((rest) => rest?.match(/^\d+/)?.[0]).find((found) => found !== undefined);
  return line === undefined ? '' : `:${line}`;
}
