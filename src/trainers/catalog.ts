import { catalog } from '../base/catalog.ts'
import { ydfGradientBoosting } from './ydf-gradient-boosting.ts'
import { ydfRandomForest } from './ydf-random-forest.ts'

/** Every trainer, in the order the docs and the UI list them. Add a line here when you add a file here. */
export const trainers = catalog('trainer', [ydfGradientBoosting, ydfRandomForest])

export type TrainerId = (typeof trainers.ids)[number]
