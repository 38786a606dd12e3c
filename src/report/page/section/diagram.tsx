import { nameOfActor } from '../../../explore/move.ts';
import type { InterleavingExample } from '../../section/interleaving-data.ts';

type StoryLine = InterleavingExample['story'][number];

interface DiagramProps {
  story: readonly StoryLine[];
  /** Process of each actor. */
  processes: readonly number[];
}

/** An interleaving: one column for each actor, time runs downwards. On a phone the columns become indents. */
export function Diagram({ story, processes }: DiagramProps) {
  const actors = processes.map((process, actor) => ({
    actor,
    name: nameOfActor(actor),
    where: placeOf(process, processes),
  }));
  const starts = startsOf(story);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <div class="diagram" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            {actors.map(({ actor, name, where }) => (
              <th key={actor} scope="col">
                {name} · {where}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {story.map((line, index) => (
            <tr
              key={starts[index]}
              class={`${line.failed ? 'failed' : ''} ${story[index - 1]?.actor === line.actor ? '' : 'switch'}`}
            >
              <th scope="row">{numbersOf(line, starts[index] ?? 1)}</th>
              {actors.map(({ actor, name }) =>
                actor === line.actor ? (
                  <td key={actor} data-actor={name} style={{ '--actor': actor }}>
                    <Line line={line} isMany={actors.length > 2} />
                  </td>
                ) : (
                  <td key={actor} class="empty" />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line, isMany }: { line: StoryLine; isMany: boolean }) {
  const { what, came, failed, action, steps } = line;
  if (steps > 1) {
    return <span class="dim">{`${steps} steps that ${isMany ? 'the others do' : 'the other does'} not notice`}</span>;
  }
  return (
    <>
      {what !== '' && <code>{what}</code>}
      {came !== '' && (
        <span class={failed ? 'came bad' : 'came'}>
          {failed ? '✗' : action === 'step' ? '→' : '■'} {came}
        </span>
      )}
    </>
  );
}

/** The number of the first step of each line. */
function startsOf(story: readonly StoryLine[]): number[] {
  let next = 1;
  return story.map(({ steps }) => {
    const start = next;
    next += steps;
    return start;
  });
}

function numbersOf({ steps }: StoryLine, start: number): string {
  return steps === 1 ? String(start) : `${start}–${start + steps - 1}`;
}

function placeOf(process: number, processes: readonly number[]): string {
  const isShared = processes.filter((other) => other === process).length > 1;
  return isShared ? `thread of process ${process + 1}` : `process ${process + 1}`;
}
