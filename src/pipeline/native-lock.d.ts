/** The part of the library that is used; it comes without types. */
declare module 'fs-native-extensions' {
  /** Locks a file for this open file alone, until it is closed or the process ends; false where another holds it. */
  export function tryLock(fd: number): boolean;
}
