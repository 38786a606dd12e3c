'use strict';
/** Data flows one way: no file depends on itself, no folder on a folder that depends on it. */
module.exports = {
  forbidden: [
    { name: 'no-file-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-folder-cycles', severity: 'error', scope: 'folder', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'only-the-cli-talks-to-the-terminal',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '(commander|log-update|cli-table3|picocolors)' },
    },
    {
      name: 'the-supervisor-never-loads-sqlite',
      comment:
        'A process that opens and closes the database by hand must not hold a connection, and the other way round.',
      severity: 'error',
      from: {
        path: '^src/(cli|config|run|scenario|timeline|trial|fault|verdict|report|kernel|history|vitest|sweep)/',
        pathNot: '^src/sweep/yardstick/main',
      },
      to: { path: 'better-sqlite3', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
