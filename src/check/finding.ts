/** Something that a check has seen. */
export interface Finding {
  /** Name of the check. */
  check: string;
  /** A `violation` makes the trial a failure. A `warning` is shown: this SQLite defends against it, others do not. */
  severity: 'violation' | 'warning';
  /** What was seen, in a sentence with its numbers. */
  message: string;
  /** How such a thing comes about, where that is known. */
  mechanism?: string;
  /** Where it can be looked up, relative to the trial's folder. */
  evidence: string;
}
