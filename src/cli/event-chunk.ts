/** What is being sent, piece by piece, each at most 8 MiB of whole lines. */
export interface EventChunk {
  /** Events, one a line. */
  readonly text: string
  readonly events: number
  /** Line of the file that the first event stands on, from 1. */
  readonly firstLine: number
  /** Of the file: part read so far, 0 to 1. */
  readonly share: number
}
