import { blob } from './format/blob.ts';
import { csv } from './format/csv.ts';
import { github } from './format/github.ts';
import { html } from './format/html.ts';
import { json } from './format/json.ts';
import { junit } from './format/junit.ts';
import { markdown } from './format/markdown.ts';
import type { Reporter } from './reporter.ts';

/** Every reporter that comes with Crashboard, by name. */
export const REPORTERS: readonly Reporter[] = [html, json, junit, github, markdown, csv, blob];
