import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { html } from '../../src/report/format/html.ts';
import type { RunJson } from '../../src/report/run-schema.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import { browser, hasBrowser } from '../support/browser.ts';
import { aCell, aFinding, aRun, aViolatedCell, figures } from '../support/run-json.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { someLanes, timelineOf } from '../support/timeline.ts';

/** Writes the report of a run as a run does. @returns its path. */
async function pageOf(run: RunJson, timelines: Record<string, Timeline> = {}): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'timelines'));
  for (const [path, timeline] of Object.entries(timelines)) writeFileSync(join(folder, path), JSON.stringify(timeline));
  const path = join(folder, 'report.html');
  const rendered = await html.render({ run, folder });
  writeFileSync(path, typeof rendered === 'string' ? rendered : rendered.text);
  return path;
}

const BAD = {
  ...aViolatedCell('bad', '4 workers did not hold SHARED </script><script>alert(1)</script>'),
  replay: "printf '%s\\n' 'seed <&> \"42\"' bad",
};
const WITH_TIMELINE = {
  ...BAD,
  perTrial: [figures(1, { failed: true, timeline: 'timelines/bad-1.json' }), figures(2)],
};
const RUN = aRun([
  aCell('good'),
  WITH_TIMELINE,
  aCell('control', {
    control: true,
    expected: 'unsafe',
    verdict: 'unsafe',
    hazards: ['raw-read(shm) after-commit'],
    findings: [aFinding('caught')],
  }),
]);
const TIMELINES = { 'timelines/bad-1.json': timelineOf(someLanes(6, 200)) };

/** What one pixel of the lanes looks like: enough to see that something else is drawn. */
function drawn(page: Page): Promise<string> {
  return page
    .locator('.sticky canvas')
    .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
}

const open = browser();

describe.skipIf(!hasBrowser)('the page', () => {
  it('opens from disk without a network and without a complaint: answer, matrix, timeline', async () => {
    const { page, complaints } = await open(await pageOf(RUN, TIMELINES));
    await page.waitForSelector('.sticky canvas');
    expect(await page.title()).toBe('Crashboard: storm');
    expect(await page.locator('h1').innerText()).toBe('Does storm hold?');
    expect(await page.locator('.tally').innerText()).toMatch(/1 safe\s+good\s+✗ 1 unsafe\s+bad/);
    expect(await page.locator('.todo').innerText()).toContain('Do not open and close the database');
    const rows = await page.locator('.matrix tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/safe.* good none 0 of 2/),
      expect.stringMatching(/unsafe.* bad none 1 of 2/),
      expect.stringMatching(/unsafe.* control known to be bad raw-read\(shm\) after-commit/),
    ]);
    expect(await page.locator('.kills tbody').innerText()).toMatch(
      /✕ kill\s+w1\.0\s+in a transaction: SHARED, WAL write lock\s+claim, for 0\.30 ms; it was not committed/,
    );
    expect(complaints).toEqual([]);
  });

  it('zooms with the mouse, the wheel and the keys, and back', async () => {
    const { page } = await open(await pageOf(RUN, TIMELINES));
    await page.waitForSelector('.sticky canvas');
    const whole = await drawn(page);
    const over = page.locator('.sticky .u-over');
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (!box) throw new Error('the lanes are not there');
    await page.mouse.move(box.x + 100, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 30, { steps: 3 });
    await page.mouse.up();
    await expect.poll(() => drawn(page)).not.toBe(whole);
    const dragged = await drawn(page);
    await page.locator('.timeline').focus();
    await page.keyboard.press('+');
    await expect.poll(() => drawn(page)).not.toBe(dragged);
    await page.keyboard.press('n');
    expect(await page.locator('.readout').innerText()).toMatch(/ms: (kill of w1\.0|locks: without its lock: SHARED)/);
    await page.mouse.move(0, 0);
    await page.keyboard.press('0');
    await expect.poll(() => drawn(page)).toBe(whole);
  });

  it('lets the keyboard reach a cell, its finding and the button that copies the replay line', async () => {
    const path = await pageOf(RUN, TIMELINES);
    const { page } = await open(path, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.waitForSelector('.sticky canvas');
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.innerText?.trim() ?? ""') as Promise<string>;
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if (wanted.test(await focused())) return;
      }
      throw new Error(`the keyboard does not reach ${wanted}`);
    };
    await tabTo(/^control$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('article h2').innerText()).toMatch(/^control/);
    await page.goto(`file://${path}#storm/bad`);
    await page.reload();
    await page.waitForSelector('.sticky canvas');
    await tabTo(/^Copy$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.replay [role=status]').innerText()).toBe('copied');
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
    // It is what a shell understands.
    expect(execFileSync('sh', ['-c', copied], { encoding: 'utf8' })).toBe('seed <&> "42"\nbad\n');
    await tabTo(/^locks/);
    expect(await page.locator('.finding').innerText()).toContain('</script><script>alert(1)</script>');
    await page.keyboard.press('Enter');
    expect(await page.locator('.finding').getAttribute('open')).toBeNull();
  });

  it.each([
    ['light', { colorScheme: 'light' }, 'rgb(246, 247, 249)'],
    ['dark', { colorScheme: 'dark' }, 'rgb(16, 20, 27)'],
    ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, deviceScaleFactor: 2 }, 'rgb(246, 247, 249)'],
  ] as const)('%s: nothing is wider than the window', async (_what, options, background) => {
    const { page, complaints } = await open(await pageOf(RUN, TIMELINES), options);
    await page.waitForSelector('.sticky canvas');
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
    expect(complaints).toEqual([]);
  });

  it('shows 128 workers and 100,000 operations in less than 3 MB, each of them', async () => {
    const spans = someLanes(128, 800);
    const cell = aCell('large', { perTrial: [figures(1, { timeline: 'timelines/large-1.json' })] });
    const path = await pageOf(aRun([cell]), { 'timelines/large-1.json': timelineOf(spans) });
    expect(statSync(path).size).toBeLessThan(3_000_000);
    const { page, complaints } = await open(path);
    await page.waitForSelector('.sticky canvas');
    expect(await page.locator('.timeline').innerText()).toContain('102,400 operations of 128 workers');
    const before = await drawn(page);
    await page.locator('.lanes').evaluate((element) => {
      (element as unknown as { scrollTop: number }).scrollTop = 1000;
    });
    await expect.poll(() => drawn(page)).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  it('says what it leaves out where a run is too large for it', async () => {
    const timeline = timelineOf(someLanes(32, 3000));
    const cells = Array.from({ length: 12 }, (_, index) =>
      aCell(`large-${index}`, {
        trials: 3,
        perTrial: [1, 2, 3].map((trial) => figures(trial, { timeline: `timelines/${index}-${trial}.json` })),
      }),
    );
    const paths = cells.flatMap(({ perTrial }) => perTrial.map((each) => each.timeline ?? ''));
    const path = await pageOf(aRun(cells), Object.fromEntries(paths.map((each) => [each, timeline])));
    expect(statSync(path).size).toBeLessThan(3_000_000);
    const { page } = await open(path);
    await page.waitForSelector('.sticky canvas');
    const footer = await page.locator('.environment').innerText();
    expect(footer).toMatch(/Timelines of 1[2-9] of 36 trials are in this page/);
    expect(footer).toContain('successful operations that lie close together are drawn as one block');
    expect(await page.locator('.timeline').innerText()).toContain('96,000 operations of 32 workers');
  });

  it('shows a part of a kind that it does not know as text', async () => {
    const section = { type: 'unheard-of', scenario: 'storm', title: 'A new part', text: ['one', 'two'], data: null };
    const { page } = await open(await pageOf(aRun([aCell('good')], { sections: [section] })));
    expect(await page.locator('.section').innerText()).toMatch(/A new part\s+one\ntwo/);
  });
});

describe('a run with more than a page holds', () => {
  it('of trials and findings: the page stays small, and says where the rest is', async () => {
    const perTrial = Array.from({ length: 20_000 }, (_, index) => figures(index + 1, { failed: index >= 19_990 }));
    const findings = Array.from({ length: 5000 }, (_, index) => aFinding(`${'wrong '.repeat(60)}${index}`));
    const cells = Array.from({ length: 8 }, (_, index) =>
      aCell(`many-${index}`, { verdict: 'unsafe', outcome: 'violated', trials: 20_000, perTrial, findings }),
    );
    const path = await pageOf(aRun(cells));
    expect(statSync(path).size).toBeLessThan(1_000_000);
    if (!hasBrowser) return;
    const { page } = await open(path);
    const cell = page.locator('article.cell');
    expect(await cell.innerText()).toContain('4960 more findings are in run.json.');
    expect(await page.locator('.trials').innerText()).toContain('19,950 more trials are in run.json.');
    // Those that failed come first.
    expect(await page.locator('.trials tbody tr').first().innerText()).toContain('✗ failed');
  });
});
