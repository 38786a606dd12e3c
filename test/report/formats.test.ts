import { readFileSync } from 'node:fs';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHECKS } from '../../src/check/index.ts';
import { adviceFor } from '../../src/report/advice.ts';
import { REPORTERS } from '../../src/report/index.ts';
import type { Rendered } from '../../src/report/reporter.ts';
import type { RunJson } from '../../src/report/run-schema.ts';
import { aCell, aFinding, aRun, aViolatedCell } from '../support/run-json.ts';

/** What a damaged database or a hostile title can put into a finding. */
const NASTY = 'broken \u0000\u001B[31m]]> <b>&amp; | `code` \u2028 100%\n::error::planted\r\n"quoted", 😀';

async function rendered(name: string, run: RunJson): Promise<Rendered> {
  const reporter = REPORTERS.find((each) => each.name === name);
  if (!reporter) throw new Error(`no reporter ${name}`);
  const result = await reporter.render({ run, folder: '/nowhere' });
  return typeof result === 'string' ? { text: result } : result;
}

const MIXED = aRun([
  aCell('good'),
  aViolatedCell('bad', NASTY),
  aCell('open', { verdict: 'inconclusive', outcome: 'open', inconclusiveBecause: ['no kill happened'] }),
  aCell('other', { scenario: 'second', expected: 'any', verdict: 'unsafe', findings: [aFinding('seen')] }),
]);

describe('advice', () => {
  it.each(CHECKS.map(({ name }) => name))('says what to do about %s', (name) => {
    expect(adviceFor(name)).toMatch(/\.$/);
  });
});

describe('junit', () => {
  interface Suites {
    testsuites: { '@_tests': string; '@_failures': string; testsuite: Suite[] };
  }
  interface Suite {
    '@_name': string;
    '@_failures': string;
    '@_errors': string;
    properties: { property: { '@_name': string; '@_value': string }[] };
    testcase: {
      '@_name': string;
      '@_classname': string;
      failure?: { '#text': string; '@_message': string };
      error?: { '#text': string; '@_message': string };
    }[];
  }
  const parse = async (run: RunJson): Promise<Suites> => {
    const { text } = await rendered('junit', run);
    expect(XMLValidator.validate(text)).toBe(true);
    const isArray = (name: string): boolean => ['testsuite', 'testcase', 'property'].includes(name);
    return new XMLParser({ ignoreAttributes: false, isArray }).parse(text) as Suites;
  };

  it('is a suite for each scenario and a case for each cell', async () => {
    const { testsuites } = await parse(MIXED);
    expect(testsuites.testsuite.map((suite) => [suite['@_name'], suite['@_failures'], suite['@_errors']])).toEqual([
      ['crashboard.storm', '1', '1'],
      ['crashboard.second', '0', '0'],
    ]);
    expect(testsuites.testsuite[0]?.testcase.map((testCase) => testCase['@_name'])).toEqual(['good', 'bad', 'open']);
    expect(testsuites.testsuite[0]?.testcase[0]?.['@_classname']).toBe('crashboard.storm');
    expect(testsuites.testsuite[0]?.properties.property).toContainEqual({ '@_name': 'seed', '@_value': 's' });
  });

  it('carries what was found, and the replay line, whatever characters are in it', async () => {
    const { testsuites } = await parse(MIXED);
    const [good, bad, open] = testsuites.testsuite[0]?.testcase ?? [];
    expect(good?.failure).toBeUndefined();
    const text = JSON.stringify(bad?.failure);
    expect(text).toContain(String.raw`\\u0000\\u001b[31m]]`);
    expect(text).toContain('replay: crashboard run storm --cell bad --seed s');
    expect(JSON.stringify(open?.error)).toContain('inconclusive: no kill happened');
  });
});

describe('github', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('writes one command a cell, with its own separators escaped', async () => {
    const { text } = await rendered('github', MIXED);
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=storm%3A bad::bad is unsafe, expected safe/);
    expect(lines[0]).toContain('100%25%0A::error::planted');
    expect(lines[0]).not.toContain('\r');
    expect(lines[1]).toMatch(/^::warning title=storm%3A open::open is inconclusive: no kill happened/);
  });

  it('keeps to GitHub’s ten annotations of a kind, and says how many there are more', async () => {
    const cells = Array.from({ length: 14 }, (_, index) => aViolatedCell(`bad-${index}`, 'broken'));
    const { text } = await rendered('github', aRun(cells));
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(10);
    expect(lines[9]).toContain('5 more cells; GitHub shows 10 of a kind');
  });

  it('cuts a message that is too long, and says so', async () => {
    const { text } = await rendered('github', aRun([aViolatedCell('bad', 'x'.repeat(10_000))]));
    expect(text.length).toBeLessThan(4500);
    expect(text).toContain('… (cut here; the rest is in run.json)');
  });

  it('has the job summary go where GitHub says', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '/somewhere/summary.md');
    const { append } = await rendered('github', MIXED);
    expect(append?.path).toBe('/somewhere/summary.md');
    expect(append?.text).toContain('## storm');
  });
});

describe('markdown', () => {
  it('begins with the answer and shows the matrix; nothing in a finding becomes markup', async () => {
    const { text } = await rendered('markdown', MIXED);
    expect(text).toMatch(/^<!-- crashboard -->\n\n## storm\n\nDoes storm hold\?\n\n- Safe: 1 of 3 strategies\./);
    expect(text).toContain('| ✗ unsafe | bad | 1/2 | 1 %–99 % | 10 (8) | 1,000 / 0 | 500 | 3 |');
    expect(text).toContain(String.raw`\<b\>&amp; \| \`code\``);
    expect(text).not.toContain('<b>');
    expect(text).toContain('```\ncrashboard run storm --cell bad --seed s\n```');
  });

  it('fits a comment, and says where it was cut', async () => {
    const cells = Array.from({ length: 300 }, (_, index) => aViolatedCell(`bad-${index}`, 'y'.repeat(400)));
    const { text } = await rendered('markdown', aRun(cells));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/cut here; the rest is in run\.json\)$/);
  });
});

describe('csv', () => {
  it('is one line a cell, as RFC 4180 has it', async () => {
    const run = aRun([aCell('good'), aCell('odd', { label: 'a "b", c' })]);
    const lines = (await rendered('csv', run)).text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^crashboard_seed,plan,scenario,cell,label,/);
    expect(lines[2]).toContain(',odd,"a ""b"", c",');
    const columns = lines[0]?.split(',').length;
    expect(lines[1]?.split(',')).toHaveLength(columns ?? 0);
  });
});

describe('sections', () => {
  it('are shown as text in formats that do not know their type', async () => {
    const section = {
      type: 'heat-map',
      scenario: 'storm',
      title: 'Timeouts',
      text: ['5 s: 0.1 %', '0 s: 40 %'],
      data: {},
    };
    const { text } = await rendered('markdown', aRun([aCell('good')], { sections: [section] }));
    expect(text).toContain('### Timeouts\n\n```\n5 s: 0.1 %\n0 s: 40 %\n```');
  });
});

describe('blob', () => {
  it('refuses a run of which it does not know enough', async () => {
    await expect(rendered('blob', MIXED)).rejects.toThrow('run it again with --reporter blob');
  });
});

describe('the reporters', () => {
  it('are named in the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    for (const { name } of REPORTERS) expect(readme).toContain(`\`${name}\``);
  });
});
