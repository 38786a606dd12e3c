/** Cuts a text that a place has no room for, and says so at its end. Never inside a character. @param lengthMax in UTF-16 units. */
export function cut(text: string, lengthMax: number, remark = 'the rest is in run.json'): string {
  if (text.length <= lengthMax) return text;
  const note = `\n… (cut here; ${remark})`;
  const head = text.slice(0, Math.max(0, lengthMax - note.length));
  return (/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head) + note;
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029]/g;

/** Text of a database or an error as one line that can stand anywhere: control characters are shown as escapes. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\r?\n/g, ' ')
    .replaceAll(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
