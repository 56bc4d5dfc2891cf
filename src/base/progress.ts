/** Told how far long work has come. Shown on stderr by the command, ignored elsewhere. */
export interface Progress {
  /** @param what what is being done, such as "training models"; `done` of `total` parts of it are finished */
  (what: string, done: number, total: number): void
}
