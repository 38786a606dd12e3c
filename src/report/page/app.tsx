import type { PageData } from '../page-data.ts';
import { Environment } from './part/environment.tsx';
import { Scenario } from './part/scenario.tsx';
import { ThemeSwitch } from './part/theme.tsx';
import { SectionView } from './section/view.tsx';

/** The whole page. */
export function App({ data }: { data: PageData }) {
  const { run, scenarios, leftOut } = data;
  return (
    <>
      <a class="skip" href="#answer">
        Skip to the answer
      </a>
      <header class="top">
        <p class="brand">Crashboard</p>
        <p class="when">
          <time dateTime={run.startedAt}>{run.startedAt.slice(0, 16).replace('T', ' ')} UTC</time> · SQLite{' '}
          {run.environment.sqlite} · seed <code>{run.seed}</code>
        </p>
        <ThemeSwitch />
      </header>
      <main id="answer">
        {run.interrupted && <p class="notice">This run was interrupted: this is what there is.</p>}
        {run.failure !== null && <p class="notice">The harness itself failed before the end: {run.failure}</p>}
        {run.shard && (
          <p class="notice">
            This is shard {run.shard.index} of {run.shard.of}: merge all of them before you conclude anything.
          </p>
        )}
        {scenarios.map((scenario) => (
          <Scenario key={scenario.name} scenario={scenario} data={data} />
        ))}
        {run.sections.map((section, index) => (
          <SectionView
            key={`${section.scenario} ${section.title}`}
            section={section}
            isFirst={index === 0 && scenarios.length === 0}
          />
        ))}
        <Environment run={run} leftOut={leftOut} hasStorms={scenarios.length > 0} />
      </main>
    </>
  );
}
