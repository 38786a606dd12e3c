/** What `crashboard init` writes, by path. The commands of the workflow are the ones that the README shows. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  'crashboard.config.ts': `import { defineConfig } from 'crashboard';

// The command line comes first, then CRASHBOARD_* variables, then this file.
export default defineConfig({
  scenarios: ['./scenarios/our-board.ts'],
  reporters: ['html', 'junit'],
});
`,
  'scenarios/our-board.ts': `import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'our-board',
  question: 'Does our way of opening and writing keep the board intact when workers are killed in mid write?',
  board: { start: 'current', tasks: 40, claimTtlMs: 200 },
  workers: { processes: 4 },
  faults: [
    { fault: 'kill', perSecond: 9, aim: 'write-lock' },
    { fault: 'kill', perSecond: 3, aim: 'random' },
  ],
  // What your program does. \`npx crashboard list\` shows all presets and axes.
  strategies: [{ name: 'ours', extends: 'immediate', axes: { busyTimeoutMs: 5000 } }],
  // Known to be bad: if this is not caught, the run proves nothing.
  controls: [
    {
      name: 'control-raw-read',
      strategy: { name: 'rollback-journal', axes: { pragmas: 'delete-full', connection: 'process' } },
      hazards: [{ hazard: 'raw-read', file: 'database', when: 'in-transaction' }],
      durationMs: 5000,
      expect: 'unsafe',
    },
  ],
  durationMs: 2000,
  trials: 2,
  expect: { default: 'safe' },
});
`,
  '.github/workflows/crashboard.yml': `name: crashboard
on: [push, pull_request]
jobs:
  crashboard:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
          cache: npm
      - run: npm ci
      - run: npx crashboard run
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: crashboard
          path: reports
`,
};
