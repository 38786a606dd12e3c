import { z } from 'zod';

/**
 * A part of a result that is not a cell of the matrix: an interleaving, a heat map. Every format shows its `text`; the
 * HTML report draws a picture instead where `page/section/` has a file for its `type`.
 */
export const sectionSchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z-]*$/),
  /** Scenario that it belongs to. */
  scenario: z.string(),
  title: z.string(),
  /** The whole of it as plain text, line by line, at most 100 columns wide. */
  text: z.array(z.string()),
  /** What a picture of it needs; its form is the type's own affair. */
  data: z.json(),
});

export type Section = z.output<typeof sectionSchema>;
