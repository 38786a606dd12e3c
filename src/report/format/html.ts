import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DATA_ELEMENT, type PageData } from '../page-data.ts';
import { pageDataOf } from '../page-content.ts';
import { ReportError, type Reporter } from '../reporter.ts';

/** One file that opens from disk and needs no network: the built page with the data of the run in it. */
export const html: Reporter = {
  name: 'html',
  summary: 'one self-contained page: the answer, the matrix, timelines, findings (default)',
  file: 'report.html',
  render({ run, folder }) {
    return fill(builtPage(), pageDataOf(run, folder));
  },
};

const PAGE = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/page/index.html' : '../../../page/index.html',
  import.meta.url,
);

function builtPage(): string {
  if (existsSync(PAGE)) return readFileSync(PAGE, 'utf8');
  throw new ReportError(`the page of the HTML report is not built (${fileURLToPath(PAGE)}); run: npm run build:page`);
}

function fill(page: string, data: PageData): string {
  const place = `<script id="${DATA_ELEMENT}" type="application/json">`;
  const at = page.indexOf(place);
  if (at === -1) throw new Error('the built page has no place for the data');
  const end = at + place.length;
  // A closing tag inside a string would end the element.
  return page.slice(0, end) + JSON.stringify(data).replaceAll('<', String.raw`\u003c`) + page.slice(end);
}
