import { Fault } from '../base/fault.ts'
import type { TrainingOutcome, TrainingPlan } from '../base/training.ts'
import type { Task } from '../data/schema.ts'
import type { GateConfig } from '../gates/catalog.ts'
import { judge } from './judge.ts'
import { type ChosenWindows, chooseWindows } from './plan.ts'
import type { PipelinePorts } from './ports.ts'

/** What holds for every run of a model. */
export interface RunConfig {
  readonly task: Task
  /** Unit of loss for regression; 1 for classes. */
  readonly scale: number
  readonly rollingWindows: number
  readonly gates: readonly GateConfig[]
}

/** With more than this share of its span kept out, a training would learn from a remnant nobody chose. */
const MOST_EXCLUDED = 0.5

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
    challenger = await ports.fit(chosen.train)
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

interface Refusal {
  readonly isCorrupted: boolean
  readonly breaches: readonly string[]
}

function refusal({ train, heldOut, excluded }: ChosenWindows, plan: TrainingPlan): Refusal | null {
  const span = train.length + excluded.length
  if (excluded.length > MOST_EXCLUDED * span) {
    const text = `${excluded.length} of the ${span} windows to learn from break the data contract; at most half may`
    return { isCorrupted: true, breaches: [text] }
  }
  if (train.length === 0) return { isCorrupted: false, breaches: ['there is no window to learn from'] }
  if (heldOut.length < plan.holdOutWindows) {
    return {
      isCorrupted: false,
      breaches: [`only ${heldOut.length} of ${plan.holdOutWindows} windows are fit to judge on`],
    }
  }
  return null
}

/** @param known windows that could not be judged on, for the champion learned from them */
function notesOn({ train, excluded }: ChosenWindows, known: readonly number[]): string[] {
  const notes = [`learned from ${train.length} windows, ${train[0]} to ${train.at(-1)}`]
  if (excluded.length > 0) notes.push(`left out ${excluded.length} windows that break the data contract`)
  if (known.length > 0) notes.push(`not judged on window ${known.join(', ')}, which the live version learned from`)
  return notes
}
