import { Fault } from '../base/fault.ts'
import type { TrainingOutcome, TrainingPlan } from '../base/training.ts'
import type { Task } from '../data/schema.ts'
import type { GateConfig } from '../gates/catalog.ts'
import { judge } from './judge.ts'
import { chooseWindows } from './plan.ts'
import type { PipelinePorts } from './ports.ts'
import { notesOn, refusal } from './refusal.ts'
import { windowWeights } from './window-weights.ts'

/** What holds for every run of a model. */
export interface RunConfig {
  readonly task: Task
  /** Unit of loss for regression; 1 for classes. */
  readonly scale: number
  readonly rollingWindows: number
  readonly gates: readonly GateConfig[]
}

/** One training run, start to end: choose the rows, refuse corrupted ones, train, and judge on rows nobody learned from. */
export async function runTraining<Model>(
  ports: PipelinePorts<Model>,
  plan: TrainingPlan,
  champion: Model,
  config: RunConfig,
): Promise<TrainingOutcome<Model>> {
  const chosen = chooseWindows(plan, config.rollingWindows, ports.learnedFrom(champion)[0] ?? 0)
  const refused = refusal(chosen, plan)
  if (refused !== null) return { kind: 'blocked', ...refused }

  let challenger: Model
  try {
    challenger = await ports.fit(chosen.train, windowWeights(plan.data, chosen.train))
  } catch (error) {
    if (error instanceof Fault && error.code === 'TRAINING_FAILED') return { kind: 'failed', why: error.message }
    throw error
  }
  const { task, scale } = config
  // A champion that went live without a hold-out, or at the start, may know the windows that are held out from others.
  const learned = new Set(ports.learnedFrom(champion))
  const heldOut = chosen.heldOut.filter((window) => !learned.has(window))
  const known = chosen.heldOut.filter((window) => learned.has(window))
  const trial = { task, scale, champion, challenger, heldOut }
  const verdicts = chosen.heldOut.length === 0 ? [] : await judge(ports, trial, config.gates)
  return { kind: 'trained', model: challenger, verdicts, notes: notesOn(chosen, known) }
}
