import { existsSync, lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { CONFIG_FILES } from '../../config/load.ts';
import { UsageError } from '../exit-codes.ts';
import { TEMPLATES } from '../init/templates.ts';

/** `crashboard init`: a first scenario, a config and a CI workflow. What is there already stays as it is. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a first scenario, a config and a CI workflow; what is there already stays as it is')
    .argument('[folder]', 'the project', '.')
    .addHelpText('after', EXAMPLES)
    .action((folder: string) => init(folder));
}

const EXAMPLES = `
Examples:
  npm install --save-dev crashboard
  npx crashboard init
  npx crashboard run`;

function init(folder: string): void {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${folder}: no such folder; give the folder of your project`);
  }
  const wanted = Object.entries(TEMPLATES);
  for (const [path] of wanted) refuseBlocked(root, path);
  const kept = wanted.filter(([path]) => isThere(root, path));
  const missing = wanted.filter(([path]) => !isThere(root, path));
  const made: string[] = [];
  try {
    for (const [path, text] of missing) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      // Never over a file, also not over one that has just come.
      writeFileSync(join(root, path), text, { flag: 'wx' });
      made.push(path);
    }
  } catch (error) {
    for (const path of made) rmSync(join(root, path));
    throw new UsageError(`${folder}: ${(error as Error).message}; nothing was written`);
  }
  const lines = [...made.map((path) => `wrote ${path}`), ...kept.map(([path]) => `kept  ${path}, which was there`)];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (made.length > 0) process.stdout.write('Next: npx crashboard run\n');
}

/** A config may have another ending. */
function isThere(root: string, path: string): boolean {
  const names = CONFIG_FILES.includes(path) ? CONFIG_FILES : [path];
  return names.some((name) => lstatSync(join(root, name), { throwIfNoEntry: false }) !== undefined);
}

/** Looked at before anything is written. */
function refuseBlocked(root: string, path: string): void {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const whole = join(root, folder);
    if (existsSync(whole) && !statSync(whole).isDirectory()) {
      throw new UsageError(`${folder} is a file: ${path} cannot be written; nothing was written`);
    }
  }
}
