import { closeSync, openSync, readSync } from 'node:fs';
import { pathOf, type Hazard } from './hazard.ts';

const HEADER_BYTES = 100;

export const rawRead: Hazard = {
  name: 'raw-read',
  summary: 'opens, reads and closes a live file of the database by hand',
  mechanism:
    'lock cancellation: on POSIX, close() of any descriptor of a file drops every lock that the process holds on that file',
  source: 'SQLite "How To Corrupt", section 2.2; #33482, #71724, #109825',
  perform(databasePath, file = 'database') {
    let descriptor: number;
    try {
      descriptor = openSync(pathOf(databasePath, file), 'r');
    } catch {
      return false;
    }
    try {
      readSync(descriptor, Buffer.alloc(HEADER_BYTES));
    } finally {
      closeSync(descriptor);
    }
    return true;
  },
};
