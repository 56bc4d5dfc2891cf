import type { Schema, Task } from './schema.ts'

/** What a live model reads and says: fixed once its first rows were seen. */
export interface ModelSchema {
  readonly task: Task
  /** Features, in the order in which every frame of the model has them. */
  readonly features: Schema
}
