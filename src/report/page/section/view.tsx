import type { ComponentType } from 'preact';
import type { Section } from '../../section/section.ts';
import { DifferencesView } from './differences.tsx';
import { HeatMapView } from './heat-map.tsx';
import { InterleavingView } from './interleaving.tsx';
import { LatencyCurvesView } from './latency-curves.tsx';
import { MeasurementsView } from './measurements.tsx';
import { RecommendationView } from './recommendation.tsx';
import { StripsView } from './strips.tsx';

/** What draws the sections of each type; a type that is not here is shown as its text. */
const VIEWS: Record<string, ComponentType<{ section: Section }>> = {
  interleaving: InterleavingView,
  recommendation: RecommendationView,
  measurements: MeasurementsView,
  'heat-map': HeatMapView,
  'latency-curves': LatencyCurvesView,
  strips: StripsView,
  differences: DifferencesView,
};

/** A part of the result that is no cell. @param isFirst nothing stands above it: it is what the page is about. */
export function SectionView({ section, isFirst }: { section: Section; isFirst: boolean }) {
  const View = VIEWS[section.type] ?? TextView;
  return (
    <section class={isFirst ? 'section first' : 'section'}>
      <p class="kicker">{section.scenario}</p>
      {isFirst ? (
        <h1>
          <Title text={section.title} />
        </h1>
      ) : (
        <h2>
          <Title text={section.title} />
        </h2>
      )}
      <View section={section} />
    </section>
  );
}

/** What stands between backticks is code. */
function Title({ text }: { text: string }) {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

function TextView({ section }: { section: Section }) {
  return (
    // Wide text scrolls: whoever has no mouse must be able to reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <pre class="text" tabIndex={0}>
      {section.text.join('\n')}
    </pre>
  );
}
