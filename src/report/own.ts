import { basename, extname, resolve } from 'node:path';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { importUserModule } from '../kernel/user-module.ts';
import { ReportError, type Reporter } from './reporter.ts';

/**
 * Loads a reporter of the user's own.
 * @param reference path of a module, relative to `directory`; its default export is a reporter or a class of one.
 * @throws {ReportError} if it does not load, or is none.
 */
export async function loadReporter(reference: string, directory: string): Promise<Reporter> {
  const path = resolve(directory, reference);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new ReportError(`--reporter ${reference}: no such file`);
  let loaded: { default?: unknown };
  try {
    loaded = (await importUserModule(pathToFileURL(path))) as typeof loaded;
  } catch (error) {
    throw new ReportError(`--reporter ${reference}: the file does not load: ${String(error)}`, { cause: error });
  }
  return ownReporter(loaded.default, `--reporter ${reference}`, basename(reference, extname(reference)));
}

/**
 * Takes a reporter of the user's own: an object, or a class that needs no arguments.
 * @param place names it in messages. @param name what it is called unless it says so itself.
 * @throws {ReportError} for anything else.
 */
export function ownReporter(value: unknown, place: string, name: string): Reporter {
  const candidate = typeof value === 'function' ? construct(value as new () => unknown, place) : value;
  if (typeof (candidate as Partial<Reporter> | null | undefined)?.render !== 'function') {
    throw new ReportError(
      `${place}: no reporter in it; expected \`export default { name, render(report) { … } }\` or a class with a render method`,
    );
  }
  const reporter = candidate as Partial<Reporter> & Pick<Reporter, 'render'>;
  return {
    name: reporter.name ?? name,
    summary: reporter.summary ?? 'your own',
    file: reporter.file,
    render: (report) => reporter.render(report),
  };
}

function construct(Class: new () => unknown, place: string): unknown {
  try {
    return new Class();
  } catch (error) {
    throw new ReportError(`${place}: the reporter cannot be made: ${String(error)}`, { cause: error });
  }
}
