import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
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
  /** Folders that were made for this run, innermost first. */
  made: string[];
}

/**
 * Makes a folder for a run inside the output folder, which is created if need be.
 * @param output as the user wrote it. @param name of the run.
 * @throws {OutputError} if the output folder is not writable, is a file, or holds what is not ours.
 */
export function makeRunFolder(output: string, name: string): RunFolder {
  const root = resolve(output);
  const made = openOutput(output, root);
  let path = join(root, name);
  for (let copy = 2; existsSync(path); copy++) path = join(root, `${name}-${copy}`);
  const folder: RunFolder = { path, work: join(path, 'work'), trials: join(path, 'trials'), made: [path, ...made] };
  guarded(output, () => mkdirSync(folder.work, { recursive: true }));
  return folder;
}

/** @returns the folders that had to be made, innermost first. */
function openOutput(output: string, root: string): string[] {
  const made: string[] = [];
  for (let path = root; !existsSync(path); path = dirname(path)) made.push(path);
  guarded(output, () => mkdirSync(root, { recursive: true }));
  if (!statSync(root).isDirectory()) throw new OutputError(`--output ${output}: is a file; give the path of a folder`);
  guarded(output, () => accessSync(root, constants.W_OK | constants.X_OK));
  const foreign = existsSync(join(root, MARKER)) ? undefined : readdirSync(root)[0];
  if (foreign !== undefined) {
    throw new OutputError(
      `--output ${output}: holds files that are not crashboard's ("${foreign}" for one); give an empty or a new folder`,
    );
  }
  refuseForeignLatest(output, join(root, LATEST));
  guarded(output, () => writeFileSync(join(root, MARKER), MARKER_TEXT, { flag: 'a' }));
  return made;
}

function refuseForeignLatest(output: string, path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat && !stat.isSymbolicLink()) {
    throw new OutputError(
      `--output ${output}: its "${LATEST}" is not a link of ours; move it away or give another folder`,
    );
  }
}

/** Turns what the file system says into what the user can do about it. */
function guarded(output: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw error;
    const reasons: Record<string, string> = {
      EACCES: 'no permission to write there',
      EROFS: 'the file system is read-only',
      ENOTDIR: 'a part of the path is a file',
      EEXIST: 'is a file; give the path of a folder',
    };
    throw new OutputError(`--output ${output}: ${reasons[code ?? ''] ?? (error as Error).message}`, { cause: error });
  }
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

/** Lets `latest` beside the run's folder point to it. */
export function pointLatest(folder: RunFolder): void {
  const link = join(dirname(folder.path), LATEST);
  const partial = `${link}.partial`;
  rmSync(partial, { force: true });
  symlinkSync(basename(folder.path), partial);
  renameSync(partial, link);
}

/** Removes what the run worked with; and the run's folders too if nothing came of it. */
export function clearRunFolder(folder: RunFolder, keepsResults: boolean): void {
  rmSync(folder.work, { recursive: true, force: true });
  if (keepsResults) return;
  rmSync(folder.path, { recursive: true, force: true });
  for (const path of folder.made.slice(1)) {
    rmSync(join(path, MARKER), { force: true });
    try {
      rmdirSync(path);
    } catch {
      return;
    }
  }
}
