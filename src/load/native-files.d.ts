/** The parts of the library that are used; it comes without types. */
declare module 'fs-native-extensions' {
  /**
   * Locks a file for this open file alone, until it is closed or the process ends; false where another holds it. A shared lock
   * gets along with others of its kind, and does with a file that is open for reading.
   */
  export function tryLock(fd: number, options?: { readonly shared: boolean }): boolean;

  /** Exchanges two files or folders in one step. Throws the error of the system, with its code. */
  export function swapSync(from: string, to: string): void;
}
