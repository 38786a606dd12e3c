/** Told when the colours change, so that what is drawn on a canvas can be drawn anew. */
export const themeChanges = new EventTarget();
