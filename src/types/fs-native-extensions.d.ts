/** The part of fs-native-extensions that is used here; the package ships no types. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock on the open file if it is free: open-file-description lock on Linux, flock on macOS. */
  export function tryLock(descriptor: number): boolean;
  /** Blocks this thread until the exclusive lock is had. */
  export function waitForLockSync(descriptor: number): void;
  export function unlock(descriptor: number): void;
}
