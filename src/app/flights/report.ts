import { assert } from '../../base/assert.ts'
import type { DemoPolicy, DemoReport, DemoStage } from '../../cli/demo-report.ts'
import { FLIGHTS_FILE } from '../../store/files/flights.ts'
import type { Incident } from './incidents.ts'
import { dayOf } from './inject.ts'
import { countsOf, outcomeOf } from './outcomes.ts'
import type { Played } from './played.ts'
import { LABEL_DELAY_DAYS } from './policies.ts'
import { type Answers, answersOf, differenceOf, figureOf, phaseOf } from './quality.ts'
import { FEATURES, type FlightStream } from './stream.ts'

/** What is played, on which all policies are measured alike. */
export interface Scene {
  readonly flights: FlightStream
  readonly seed: number
  readonly incidents: readonly Incident[]
  readonly control: { readonly from: string; readonly to: string }
  /** First day on which every policy has a version that answers, by its number. */
  readonly answeredFrom: number
  readonly learner: string
  readonly maxTrainingRows: number
}

export function stageOf({ flights, incidents, control, answeredFrom, learner, maxTrainingRows }: Scene): DemoStage {
  const { windows, features } = flights.stream
  const day = (at: number) => dayOf(windows.at(at)?.start ?? 0)
  return {
    file: FLIGHTS_FILE,
    rows: features.rows,
    onlineRows: features.rows - (windows[answeredFrom]?.from ?? 0),
    from: day(0),
    decidedFrom: day(answeredFrom),
    to: day(-1),
    label: 'lands more than 15 minutes late',
    features: FEATURES,
    learner,
    maxTrainingRows,
    labelDelayDays: LABEL_DELAY_DAYS,
    control,
    incidents: incidents.map(({ id, from, to, happens, asked }) => ({ id, from, to, happens, asked })),
  }
}

/** Keepfit's differences to the others are paired: the same flights. */
export function reportOf(scene: Scene, played: readonly Played[]): DemoReport {
  const { flights, answeredFrom, seed } = scene
  const all = new Map<Played, Answers>(played.map((one) => [one, answersOf(flights, one.said, answeredFrom)]))
  const answers = (one: Played) => {
    const found = all.get(one)
    assert(found !== undefined, 'every policy was measured')
    return found
  }
  const ours = played.find(({ policy }) => policy.id === 'keepfit')
  const differences = played.flatMap((one) => {
    const { id } = one.policy
    return ours === undefined || id === 'keepfit' ? [] : [differenceOf(flights, id, answers(ours), answers(one))]
  })
  return {
    version: 1,
    seed,
    stage: stageOf(scene),
    policies: played.map((one) => policyOf(scene, one, answers(one))),
    differences,
  }
}

function policyOf(scene: Scene, played: Played, all: Answers): DemoPolicy {
  const { flights, incidents, control, answeredFrom } = scene
  const { policy, decisions, trainings } = played
  const auc = figureOf(flights, 'auc', all)
  const logLoss = figureOf(flights, 'log-loss', all)
  assert(auc !== null && logLoss !== null, 'the online flights hold both outcomes')
  const spans = [{ id: 'control', ...control }, ...incidents]
  return {
    id: policy.id,
    title: policy.title,
    auc,
    logLoss,
    phases: spans.map((span) => phaseOf(flights, span.id, answersOf(flights, played.said, answeredFrom, span))),
    trainings,
    ...countsOf(decisions, incidents, LABEL_DELAY_DAYS),
    outcomes: incidents.map((one) => outcomeOf(one, decisions, LABEL_DELAY_DAYS, played.damageOf(one))),
    decisions,
  }
}
