import { appendFileSync, closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { REPORTERS } from '../report/index.ts';
import { loadReporter } from '../report/own.ts';
import type { Rendered, Report, Reporter } from '../report/reporter.ts';
import { writeWhole } from '../run/output-folder.ts';
import { nearest } from '../scenario/nearest.ts';
import { UsageError } from './exit-codes.ts';
import { names } from './options.ts';

/** What the command line says of reports. */
export interface ReportFlags {
  reporter?: (string | Reporter)[];
  outputFile?: Record<string, string>;
}

/** A reporter, and where its text goes. */
export interface Chosen {
  reporter: Reporter;
  /** Absolute; `undefined` for the reporter's own file in the folder of the run; `-` for standard output. */
  path: string | undefined;
}

const OUTPUT_FILE = '--output-file.<name>';

/** Gives a command the options that choose reporters. */
export function addReportOptions(command: Command): Command {
  const known = REPORTERS.map(({ name }) => name).join(', ');
  return command
    .addOption(
      new Option('--reporter <names>', `${known}, or the path of your own; may stand more than once`).argParser(names),
    )
    .addOption(
      new Option(`${OUTPUT_FILE} <path>`, 'where the text of a reporter goes; - is standard output').argParser(
        (text: string, before: Record<string, string> | undefined) => {
          const at = text.indexOf('=');
          return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
        },
      ),
    );
}

/** The name under which commander keeps {@link OUTPUT_FILE}. */
const OUTPUT_FILE_KEY = new Option(`${OUTPUT_FILE} <path>`).attributeName();

/** What commander made of the options. */
export function reportFlags(flags: object): ReportFlags {
  const { reporter, [OUTPUT_FILE_KEY]: outputFile } = flags as Record<string, unknown>;
  return {
    ...(reporter !== undefined && { reporter: reporter as string[] }),
    ...(outputFile !== undefined && { outputFile: outputFile as Record<string, string> }),
  };
}

/** Writes `--output-file.junit out.xml` as commander can read it: an option's name is fixed there. */
export function spellOutOptions(args: readonly string[]): string[] {
  const spelled: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    const [, name, , value] = /^--output-file\.([^=<]+)(=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) spelled.push(arg);
    else {
      const given = value ?? args[++index];
      spelled.push(OUTPUT_FILE);
      if (given !== undefined) spelled.push(`${name}=${given}`);
    }
  }
  return spelled;
}

/**
 * Settles reporters and their files before anything is done.
 * @param defaults for a command line that names none.
 * @throws {UsageError} for a name that is none, or a file that is not ours to write.
 */
export async function chooseReporters(flags: ReportFlags, defaults: readonly string[]): Promise<Chosen[]> {
  const wanted: (string | Reporter)[] = [...(flags.reporter ?? defaults)];
  if (process.env['GITHUB_ACTIONS'] === 'true' && !wanted.includes('github')) wanted.push('github');
  const reporters: Reporter[] = [];
  for (const each of wanted) {
    const reporter = typeof each === 'string' ? await reporterNamed(each) : each;
    if (!reporters.some(({ name }) => name === reporter.name)) reporters.push(reporter);
  }
  const files = flags.outputFile ?? {};
  for (const name of Object.keys(files)) {
    if (reporters.some((reporter) => reporter.name === name)) continue;
    const chosen = reporters.map((reporter) => reporter.name);
    throw new UsageError(
      `--output-file.${name}: no reporter of that name is on${nearest(name, chosen)}; there are ${chosen.join(', ')}`,
    );
  }
  return reporters.map((reporter) => {
    const file = files[reporter.name];
    if (file === undefined || file === '-') return { reporter, path: file };
    return { reporter, path: writablePath(`--output-file.${reporter.name}`, file) };
  });
}

async function reporterNamed(name: string): Promise<Reporter> {
  const known = REPORTERS.find((reporter) => reporter.name === name);
  if (known) return known;
  if (/[/\\.]/.test(name)) return loadReporter(name, process.cwd());
  const all = REPORTERS.map((reporter) => reporter.name);
  throw new UsageError(
    `no reporter is named "${name}"${nearest(name, all)}; there are ${all.join(', ')}, or give the path of your own`,
  );
}

/** @throws {UsageError} for a folder, a place below a file, and a file that crashboard did not write. */
function writablePath(option: string, file: string): string {
  const path = resolve(file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() || file.endsWith('/')) {
    throw new UsageError(`${option} ${file}: is a folder; give the path of a file`);
  }
  if (stat && !isOurs(path)) {
    throw new UsageError(
      `${option} ${file}: is there, and crashboard did not write it; move it away or give another path`,
    );
  }
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const above = statSync(parent, { throwIfNoEntry: false });
    if (above?.isDirectory()) return path;
    if (above) throw new UsageError(`${option} ${file}: ${relative('.', parent)} is a file; give another path`);
  }
}

const HEAD_BYTES = 2048;

/** Every text that a reporter of ours writes names us near its beginning; an empty file holds nothing to lose. */
function isOurs(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(descriptor, head, 0, HEAD_BYTES, 0);
    return length === 0 || head.toString('utf8', 0, length).toLowerCase().includes('crashboard');
  } finally {
    closeSync(descriptor);
  }
}

/** What became of the reports. */
export interface Written {
  /** The page, if it was written. */
  html: string | undefined;
  /** What went wrong, in words; the run itself stands. */
  problems: string[];
}

/**
 * Writes the reports. One that fails does not keep the others from being written.
 * @param print takes what goes to standard output.
 */
export async function writeReports(
  report: Report,
  chosen: readonly Chosen[],
  print: (text: string) => void,
): Promise<Written> {
  const written: Written = { html: undefined, problems: [] };
  for (const { reporter, path } of chosen) {
    const place = path ?? (reporter.file === undefined ? '-' : join(report.folder, reporter.file));
    try {
      const rendered = await reporter.render(report);
      const { text, append }: Rendered = typeof rendered === 'string' ? { text: rendered } : rendered;
      if (append) appendFileSync(append.path, append.text);
      if (place === '-') print(text);
      else {
        mkdirSync(dirname(place), { recursive: true });
        writeWhole(place, text);
        if (reporter.name === 'html') written.html = place;
      }
    } catch (error) {
      written.problems.push(
        `the ${reporter.name} report was not written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return written;
}
