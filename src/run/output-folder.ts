import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Results cannot be written where they were asked for. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Its presence makes a folder ours to write into. */
const MARKER = '.crashboard';
const MARKER_TEXT =
  'This folder holds the results of crashboard runs. Crashboard writes only into folders that carry this file.\n';
const LATEST = 'latest';

/** The folder of one run, and where things lie in it. */
export interface RunFolder {
  path: string;
  /** Files of trials that are under way. Goes when the run is over. */
  work: string;
  /** Files of trials that were kept. */
  trials: string;
  /** What happened in trials, lane by lane, for reports. */
  timelines: string;
  /** Folders that were made for this run, and the marker if it was, innermost first. */
  made: string[];
}

/**
 * Makes a folder for a run inside the output folder, which is created if need be.
 * @param output as the user wrote it. @param name of the run.
 * @throws {OutputError} if the output folder is not writable, is a file, or holds what is not ours. Then nothing is made.
 */
export function makeRunFolder(output: string, name: string): RunFolder {
  const root = resolve(output);
  const made: string[] = [];
  try {
    openOutput(output, root, made);
    const path = makeUnique(join(root, name), made);
    const folder: RunFolder = {
      path,
      work: join(path, 'work'),
      trials: join(path, 'trials'),
      timelines: join(path, 'timelines'),
      made,
    };
    mkdirSync(folder.work);
    made.unshift(folder.work);
    return folder;
  } catch (error) {
    removeMade(made);
    throw inWords(output, error as NodeJS.ErrnoException);
  }
}

function openOutput(output: string, root: string, made: string[]): void {
  const missing: string[] = [];
  for (let path = root; !existsSync(path); path = dirname(path)) missing.push(path);
  // One by one: then it is known what to take away again. (And in /proc a recursive mkdir never comes back.)
  for (const path of missing.toReversed()) if (makeFolder(path)) made.unshift(path);
  if (!statSync(root).isDirectory()) throw new OutputError(`--output ${output}: is a file; give the path of a folder`);
  accessSync(root, constants.W_OK | constants.X_OK);
  const marker = join(root, MARKER);
  if (existsSync(marker)) return refuseForeignLatest(output, join(root, LATEST));
  const foreign = readdirSync(root).find((name) => name !== MARKER);
  if (foreign !== undefined) {
    throw new OutputError(
      `--output ${output}: holds files that are not crashboard's ("${foreign}" for one); give an empty or a new folder`,
    );
  }
  made.unshift(marker);
  writeFileSync(marker, MARKER_TEXT);
}

function refuseForeignLatest(output: string, path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const isOurs = !stat || (stat.isSymbolicLink() && basename(readlinkSync(path)) === readlinkSync(path));
  if (!isOurs) {
    throw new OutputError(
      `--output ${output}: its "${LATEST}" is not a link of ours; move it away or give another folder`,
    );
  }
}

/** @returns whether it was made; not if it was there, perhaps made by another run just now. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function makeUnique(path: string, made: string[]): string {
  let unique = path;
  for (let copy = 2; !makeFolder(unique); copy++) unique = `${path}-${copy}`;
  made.unshift(unique);
  return unique;
}

const REASONS: Record<string, string> = {
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'the path is too long',
};

/** Turns what the file system says into what the user can do about it. */
function inWords(output: string, error: NodeJS.ErrnoException): Error {
  if (error instanceof OutputError || error.code === 'ENOSPC') return error;
  const reason = REASONS[error.code ?? ''] ?? error.message;
  return new OutputError(`--output ${output}: ${reason}; give the path of a folder that can be written`, {
    cause: error,
  });
}

/** Writes a file so that it is there completely or not at all. */
export function writeWhole(path: string, text: string): void {
  const partial = `${path}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** Lets a link beside the run's folder point to it. @param link `latest` unless another is meant: benches have their own. */
export function pointLatest(folder: RunFolder, link: string = LATEST): void {
  const [root, run] = [dirname(folder.path), basename(folder.path)];
  // Named after the run: another one may do the same at this moment.
  const partial = join(root, `.${link}-${run}`);
  symlinkSync(run, partial);
  renameSync(partial, join(root, link));
}

/** Removes what the run worked with; and what was made for it too if nothing came of it. */
export function clearRunFolder(folder: RunFolder, keepsResults: boolean): void {
  rmSync(folder.work, { recursive: true, force: true });
  if (keepsResults) return;
  rmSync(folder.path, { recursive: true, force: true });
  removeMade(folder.made);
}

/** Takes away what was made, as far as nobody else has put something beside it. */
function removeMade(made: readonly string[]): void {
  for (const path of made) {
    if (basename(path) === MARKER && existsSync(path)) {
      if (readdirSync(dirname(path)).some((name) => name !== MARKER)) return;
      rmSync(path);
    } else if (!removeEmpty(path)) return;
  }
}

/** @returns whether it is gone. */
function removeEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
