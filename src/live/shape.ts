import type { ModelSchema } from '../data/model-schema.ts'
import type { ProfileLayout } from '../data/profile-layout.ts'

/** What every window of a model is read and counted by: fixed when its life begins. */
export interface ModelShape {
  readonly schema: ModelSchema
  readonly layout: ProfileLayout
  /** Regression: standard deviation of the warm-up's labels, the unit of loss; classes: 1. */
  readonly scale: number
}
