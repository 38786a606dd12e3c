import { useEffect, useState } from 'preact/hooks';
import { themeChanges } from '../shared/theme-changes.ts';

const CHOICES = ['system', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
  const [choice, setChoice] = useState<Choice>('system');
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const tell = (): void => void themeChanges.dispatchEvent(new Event('change'));
    system.addEventListener('change', tell);
    return () => system.removeEventListener('change', tell);
  }, []);
  useEffect(() => {
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
    themeChanges.dispatchEvent(new Event('change'));
  }, [choice]);
  const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] as Choice;
  return (
    <button type="button" class="quiet" onClick={() => setChoice(next)}>
      Colours: {choice}
    </button>
  );
}
