import type { Task } from '../data/schema.ts'

/** What is judged, on what. */
export interface Trial<Model> {
  readonly task: Task
  readonly scale: number
  readonly champion: Model
  readonly challenger: Model
  /** Windows whose rows both versions are scored on; neither may have learned from them. */
  readonly heldOut: readonly number[]
}
