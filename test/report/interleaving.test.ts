import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { ExplorationResult } from '../../src/explore/result.ts';
import { github } from '../../src/report/format/github.ts';
import { html } from '../../src/report/format/html.ts';
import { junit } from '../../src/report/format/junit.ts';
import { markdown } from '../../src/report/format/markdown.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { browser, hasBrowser } from '../support/browser.ts';
import { aCounterexample, aResult, aSection } from '../support/exploration-results.ts';
import { aCell, aRun } from '../support/run-json.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const RESULTS = [
  aResult('immediate'),
  aResult('bare', { expected: 'unsafe', counterexample: aCounterexample() }),
  aResult('broken', { counterexample: aCounterexample({ failure: 'lost </script><b>update' }) }),
  aResult('slow', { verdict: 'inconclusive', coverage: '12 interleavings, no time left after 1 s' }),
];

async function textOf(reporter: Reporter, results: readonly ExplorationResult[]): Promise<string> {
  const run = aRun([], { sections: [aSection(results)] });
  const rendered = await reporter.render({ run, folder: '/nowhere' });
  return typeof rendered === 'string' ? rendered : rendered.text;
}

async function pageOf(results: readonly ExplorationResult[]): Promise<string> {
  const path = join(temporaryFolder(), 'report.html');
  writeFileSync(path, await textOf(html, results));
  return path;
}

const open = browser();

describe.skipIf(!hasBrowser)('the page of an exploration', () => {
  it('begins with the question and the answer; the table says what is safe, what fails, what was not expected', async () => {
    const { page, complaints } = await open(await pageOf(RESULTS));
    expect(await page.title()).toBe('Crashboard: race');
    expect(await page.locator('h1').innerText()).toBe('Who gets duplicate column name?');
    expect(await page.locator('.answer').innerText()).toMatch(
      /^1 of 4 cells explored to the end without failure, 2 fail, 1 not explored to the end; 1 not as expected\.\s+Not as expected: broken in two fails, and should be safe\./,
    );
    const row = await page.locator('.matrix tbody tr').allInnerTexts();
    expect(row.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      'two two processes open an old board safe fails ✗ fails not as expected not explored to the end 12 interleavings, no time left after 1 s',
    ]);
    await page.locator('.coverage summary').click();
    expect(await page.locator('.coverage').innerText()).toContain('immediate, two: safe; all 700 interleavings');
    expect(await page.locator('.environment').innerText()).not.toContain('kills struck');
    expect(complaints).toEqual([]);
  });

  it('shows a counterexample step by step, with its facts and the line that replays it', async () => {
    const { page } = await open(await pageOf([aResult('bare', { counterexample: aCounterexample() })]));
    const example = page.locator('.example');
    expect(await example.getAttribute('open')).not.toBeNull();
    expect(await example.locator('.failure').innerText()).toBe('SQLITE_ERROR: duplicate column name: session_id');
    expect(await example.locator('.facts').innerText()).toMatch(
      /2 context switches\s+100 of 100 replays failed the same way\s+not tried with real processes/,
    );
    expect(await example.locator('thead').innerText()).toMatch(/A · process 1\s+B · process 2/);
    const rows = await example.locator('tbody tr').allInnerTexts();
    expect(rows.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      '1–18 18 steps that the other does not notice',
      '19 PRAGMA table_info(tasks) → 33 columns, no session_id',
      '20 ■ SIGSTOP: it stands still, and keeps what it holds',
      '21 ALTER TABLE tasks ADD COLUMN session_id TEXT',
      '22 ALTER TABLE tasks ADD COLUMN session_id TEXT ✗ SQLITE_ERROR: duplicate column name: session_id',
    ]);
    const [columnOfA, columnOfB] = await Promise.all(
      [1, 3].map(
        async (index) => (await example.locator('tbody tr').nth(index).locator('td:not(.empty)').boundingBox())?.x,
      ),
    );
    expect(columnOfB).toBeGreaterThan(columnOfA ?? 0);
    expect(await example.locator('tr.failed').count()).toBe(1);
    expect(await example.locator('.replay code').innerText()).toBe(
      "crashboard replay '0.1.0/race/two/bare/A19B21A3/abc/12345678'",
    );
  });

  it('opens what was unexpected, and by keyboard what a word in the table leads to', async () => {
    const { page } = await open(await pageOf(RESULTS));
    const [bare, broken] = [page.locator('.example').first(), page.locator('.example').last()];
    expect(await bare.getAttribute('open')).toBeNull();
    expect(await broken.locator('.failure').innerText()).toBe('lost </script><b>update');
    expect(await broken.getAttribute('open')).not.toBeNull();
    await page.locator('.matrix a').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => bare.getAttribute('open')).not.toBeNull();
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^bare, two/);
  });

  it.each([
    ['light', { colorScheme: 'light' }, 'rgb(246, 247, 249)'],
    ['dark', { colorScheme: 'dark' }, 'rgb(16, 20, 27)'],
    ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 }, 'rgb(246, 247, 249)'],
  ] as const)(
    '%s: nothing is wider than the window, with ten strategies and four actors',
    async (_what, options, background) => {
      const { story } = aCounterexample();
      const last = story.map((line) => (line.failed ? { ...line, actor: 3 } : line));
      const counterexample = aCounterexample({ processes: [0, 1, 2, 2], story: last });
      const many = Array.from({ length: 10 }, (_, index) => aResult(`strategy-tolerant-${index}`, { counterexample }));
      const { page } = await open(await pageOf(many), options);
      await page.waitForSelector('.diagram');
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
      const text = page.locator('.diagram tr.failed td:not(.empty)').first();
      expect((await text.boundingBox())?.width).toBeGreaterThan(150);
    },
  );

  it('stands below a storm that the same run has', async () => {
    const path = join(temporaryFolder(), 'report.html');
    const run = aRun([aCell('good')], { sections: [aSection(RESULTS)] });
    writeFileSync(path, (await html.render({ run, folder: '/nowhere' })) as string);
    const { page } = await open(path);
    expect(await page.title()).toBe('Crashboard: storm, race');
    expect(await page.locator('h1').allInnerTexts()).toEqual(['Does storm hold?']);
    expect(await page.locator('.section h2').innerText()).toBe('Who gets duplicate column name?');
    expect(await page.locator('.environment').innerText()).toContain('kills struck');
  });
});

describe('junit', () => {
  it('has a suite for each exploration and a case for each cell; what violates expectation is a failure with its replay line', async () => {
    const xml = await textOf(junit, RESULTS);
    expect(XMLValidator.validate(xml)).toBe(true);
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      testsuites: { testsuite: { '@_name': string; testcase: Record<string, unknown>[] } };
    };
    const { testsuite } = parsed.testsuites;
    expect(testsuite['@_name']).toBe('crashboard.race');
    expect(testsuite.testcase.map((one) => [one['@_name'], 'failure' in one, 'error' in one])).toEqual([
      ['immediate, two', false, false],
      ['bare, two', false, false],
      ['broken, two', true, false],
      ['slow, two', false, true],
    ]);
    const failure = JSON.stringify(testsuite.testcase[2]?.['failure']);
    expect(failure).toContain('broken in two fails, expected safe');
    expect(failure).toContain('replay: crashboard replay');
  });

  it('counts as a failure what was expected to fail and does not, and what real processes do not do', async () => {
    const confirmation = { confirmed: false, seen: 'nothing went wrong' };
    const xml = await textOf(junit, [
      aResult('mended', { expected: 'unsafe' }),
      aResult('bare', { expected: 'unsafe', counterexample: aCounterexample({ confirmation }) }),
    ]);
    expect(xml).toContain('failures="2"');
    expect(xml).toContain('mended in two does not fail, and should');
    expect(xml).toContain('not confirmed by real processes: nothing went wrong');
  });
});

describe('other formats', () => {
  it('github has an annotation for what was not expected', async () => {
    const lines = (await textOf(github, RESULTS)).trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=race%3A broken%2C two::broken in two fails, expected safe: lost/);
    expect(lines[1]).toMatch(/^::warning title=race%3A slow%2C two::slow in two was not explored to the end/);
  });

  it('markdown has the text', async () => {
    expect(await textOf(markdown, RESULTS)).toContain('```\nrace\nas text\n```');
  });
});
