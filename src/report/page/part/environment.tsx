import type { PageData } from '../../page-data.ts';
import { milliseconds } from '../../numbers.ts';

interface EnvironmentProps {
  run: PageData['run'];
  leftOut: readonly string[];
  hasStorms: boolean;
}

/** Where and how the run was made, and what this page leaves out. */
export function Environment({ run, leftOut, hasStorms }: EnvironmentProps) {
  const { environment } = run;
  const facts: [string, string][] = [
    ['seed', run.seed],
    ['plan', run.planDigest],
    ['Crashboard', run.crashboard],
    ['SQLite', environment.sqlite],
    ['Node.js', environment.node],
    ['platform', environment.platform],
    ['kernel', environment.kernel],
    ['file system', environment.fileSystem],
    ['processor', `${environment.cpu}, ${environment.cores} cores`],
    ['memory', `${environment.memoryMiB} MiB`],
    ['took', `${milliseconds(run.durationMs / 1000)} s`],
  ];
  return (
    <footer class="environment">
      <h2>How this was measured</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {hasStorms && <Meaning />}
      {leftOut.map((sentence) => (
        <p key={sentence} class="dim">
          {sentence}
        </p>
      ))}
    </footer>
  );
}

/** What the verdicts of storms mean. */
function Meaning() {
  return (
    <p>
      <b>safe</b> means that nothing was found although something could have been: kills struck inside transactions,
      claims collided, each kind of operation was acknowledged. <b>unsafe</b> means that at least one trial has a
      violation. Otherwise a cell is <b>inconclusive</b>. The interval is exact (Clopper–Pearson, 95 %). SIGKILL is not
      power loss: nothing here says anything about pulled plugs.
    </p>
  );
}
