/**
 * Told how far long work has come. Shown on stderr by the command, ignored elsewhere.
 * @param what what is being done, such as "training models"; `done` of `total` parts of it are finished
 */
export type Progress = (what: string, done: number, total: number) => void
