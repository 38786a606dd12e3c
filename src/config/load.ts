import { statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importUserModule } from '../kernel/user-module.ts';
import { ownReporter } from '../report/own.ts';
import type { Reporter } from '../report/reporter.ts';
import { shippedScenarios } from '../scenario/load.ts';
import { ConfigError, defineConfig, type Config } from './config.ts';

/** Names that a config may have, in the order in which they are looked for. */
export const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs'].map((ending) => `crashboard.config.${ending}`);

/** A config whose paths are as the current folder sees them. */
export type LoadedConfig = Omit<Config, 'reporters'> & { reporters?: (string | Reporter)[] | undefined };

/**
 * Loads the config of a project.
 * @param path of the config; left out, one of {@link CONFIG_FILES} in `directory`, if there is any.
 * @throws {ConfigError} if it does not load, or is malformed; and where `path` is given and nothing is there.
 */
export async function loadConfig(path: string | undefined, directory: string): Promise<LoadedConfig> {
  const found = path ?? CONFIG_FILES.find((name) => isFile(resolve(directory, name)));
  if (found === undefined) return {};
  const whole = resolve(directory, found);
  if (!isFile(whole)) throw new ConfigError(`--config ${found}: no such file`);
  let loaded: { default?: unknown };
  try {
    loaded = (await importUserModule(pathToFileURL(whole))) as typeof loaded;
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`${found}: ${error.message}`);
    throw new ConfigError(`${found}: the file does not load: ${String(error)}`, { cause: error });
  }
  if (typeof loaded.default !== 'object' || loaded.default === null) {
    throw new ConfigError(`${found}: no config in it; expected \`export default defineConfig({ … })\``);
  }
  try {
    // Checked again: the file may have exported a plain object.
    return fromHere(defineConfig(loaded.default), dirname(whole), directory, found);
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(`${found}: ${error.message}`) : error;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function fromHere(config: Config, folder: string, directory: string, file: string): LoadedConfig {
  const { scenarios, output, reporters, outputFiles, ...rest } = config;
  const shipped = shippedScenarios();
  const here = (path: string): string => {
    const fromDirectory = relative(directory, resolve(folder, path));
    return fromDirectory.startsWith('.') ? fromDirectory : `./${fromDirectory}`;
  };
  const isPath = (name: string): boolean => /[/\\.]/.test(name);
  return {
    ...rest,
    ...(scenarios && { scenarios: scenarios.map((name) => (shipped.includes(name) ? name : here(name))) }),
    ...(output !== undefined && { output: here(output) }),
    ...(outputFiles && {
      outputFiles: Object.fromEntries(
        Object.entries(outputFiles).map(([name, path]) => [name, path === '-' ? path : here(path)]),
      ),
    }),
    ...(reporters && {
      reporters: reporters.map((each, index) => {
        if (typeof each === 'string') return isPath(each) ? here(each) : each;
        return ownReporter(each, `${file}: reporters[${index}]`, `reporter-${index + 1}`);
      }),
    }),
  };
}
