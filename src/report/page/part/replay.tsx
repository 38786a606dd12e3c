import { useRef, useState } from 'preact/hooks';

const SHOWN_MS = 2000;

/** A command line with a button that copies it. */
export function Replay({ command, label = 'Repeat it' }: { command: string; label?: string }) {
  const [said, say] = useState('');
  const text = useRef<HTMLElement>(null);
  const copy = async (): Promise<void> => {
    say((await copied(command, text.current)) ? 'copied' : 'selected: press Ctrl+C');
    setTimeout(() => say(''), SHOWN_MS);
  };
  return (
    <div class="replay">
      <span class="label">{label}</span>
      <code ref={text}>{command}</code>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{said}</span>
    </div>
  );
}

/** A page from disk may not be allowed to use the clipboard: then the old way, and at least the text is selected. */
async function copied(text: string, element: HTMLElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element) getSelection()?.selectAllChildren(element);
    return document.execCommand('copy');
  }
}
