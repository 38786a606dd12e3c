import type { ComponentType } from 'preact';
import type { Section } from '../../section/section.ts';

/** What draws the sections of each type; a type that is not here is shown as its text. */
const VIEWS: Record<string, ComponentType<{ section: Section }>> = {};

/** A part of the result that is no cell. */
export function SectionView({ section }: { section: Section }) {
  const View = VIEWS[section.type] ?? TextView;
  return (
    <section class="section">
      <h2>{section.title}</h2>
      <View section={section} />
    </section>
  );
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
