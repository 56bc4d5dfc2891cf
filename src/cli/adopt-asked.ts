import type { ModelSchema } from '../data/model-schema.ts'
import type { TaskKind } from '../data/schema.ts'

/** The words of `keepfit adopt` that say what the model is, read and checked. */
export interface AdoptAsked {
  /** The model's file, or the address of a service that scores. */
  readonly from:
    | { readonly file: string }
    | { readonly url: string; readonly protocol: string; readonly tokenVariable?: string | undefined }
  /** What the server knows of the model's features and task; null: nothing. */
  readonly known: ModelSchema | null
  /** A file of rows that show features, their kinds, and the task. */
  readonly sample?: string | undefined
  readonly label?: string | undefined
  readonly positive?: string | undefined
  readonly kind?: TaskKind | undefined
  /** Features in the model's own order; default: all of the sample but the label, in its order. */
  readonly features?: readonly string[] | undefined
  /** Classes in the order of the model's probabilities. */
  readonly modelClasses?: readonly string[] | undefined
  /** The output with the probabilities or the value. */
  readonly output?: string | undefined
}
