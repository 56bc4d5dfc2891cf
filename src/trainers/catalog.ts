import { catalog } from '../base/catalog.ts'
import { command } from './command.ts'
import { ydfGradientBoosting } from './ydf-gradient-boosting.ts'
import { ydfRandomForest } from './ydf-random-forest.ts'

/** Every trainer, in the order the docs and the UI list them. Add a line here when you add a file here. */
export const trainers = catalog('trainer', [ydfGradientBoosting, ydfRandomForest, command])

/** Those that need nothing but their defaults. */
export const builtInTrainers = catalog('built-in trainer', [ydfGradientBoosting, ydfRandomForest])

export type TrainerId = (typeof trainers.ids)[number]
export type BuiltInTrainerId = (typeof builtInTrainers.ids)[number]
