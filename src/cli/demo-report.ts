import type { Interval } from '../base/evidence.ts'
import type { DecisionRecord } from '../loop/record.ts'

/** What `keepfit demo` was asked. */
export interface DemoAsked {
  readonly seed: number
}

/** Something that is injected into the flights. Days such as 2001-03-05, inclusive. */
export interface DemoIncident {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly happens: string
  readonly asked: string
}

/** What is played, before anything was decided. */
export interface DemoStage {
  readonly file: string
  readonly rows: number
  readonly onlineRows: number
  /** First day, first day with decisions, and last day. */
  readonly from: string
  readonly decidedFrom: string
  readonly to: string
  readonly label: string
  readonly features: readonly string[]
  readonly learner: string
  /** Largest number of flights that one training learns from. */
  readonly maxTrainingRows: number
  /** Labels of a day are known when so many more days have closed. */
  readonly labelDelayDays: number
  readonly control: { readonly from: string; readonly to: string }
  readonly incidents: readonly DemoIncident[]
}

/** A decision record with the day on whose close it was written. */
export interface DemoDecision {
  readonly day: string
  readonly record: DecisionRecord
}

/** A number over so many rows, with its 95 % interval. */
export interface DemoFigure {
  readonly value: number
  readonly interval: Interval
  readonly rows: number
}

/** What became of one incident under one policy. */
export interface DemoOutcome {
  readonly incident: string
  /** Null: never. */
  readonly noticedOn: string | null
  /** Days from the incident's first one to the one on which it was noticed. */
  readonly afterDays: number | null
  readonly done: string
}

/** Quality over the days of one part of the story. */
export interface DemoPhase {
  readonly id: string
  readonly auc: DemoFigure | null
  readonly logLoss: DemoFigure | null
}

export interface DemoPolicy {
  readonly id: 'alone' | 'weekly' | 'keepfit'
  readonly title: string
  readonly auc: DemoFigure
  readonly logLoss: DemoFigure
  readonly phases: readonly DemoPhase[]
  readonly trainings: number
  readonly rejected: number
  readonly reinstated: number
  readonly returned: number
  /** Trainings that cooldown, budget or breaker did not let start. */
  readonly trainingsBlocked: number
  readonly daysKeptOut: number
  /** Of those, days on which nothing was injected that belongs out. */
  readonly daysKeptOutForNothing: number
  readonly outcomes: readonly DemoOutcome[]
  readonly decisions: readonly DemoDecision[]
}

/** Keepfit less another policy on the same rows: AUC above zero and log loss below it speak for Keepfit. */
export interface DemoDifference {
  readonly against: 'alone' | 'weekly'
  readonly auc: DemoFigure
  readonly logLoss: DemoFigure
}

/** All that `keepfit demo --json` writes (docs/flights.md). */
export interface DemoReport {
  readonly version: 1
  readonly seed: number
  readonly stage: DemoStage
  readonly policies: readonly DemoPolicy[]
  readonly differences: readonly DemoDifference[]
}

/** Hears the demo as it goes on. */
export interface DemoListener {
  readonly onStage: (stage: DemoStage) => void
  /** Each decision of the policy with Keepfit, as it is made. */
  readonly onDecision: (decision: DemoDecision) => void
}

/** A demo that was played; what it ran on goes on until it is closed. */
export interface DemoRun {
  readonly report: DemoReport
  /** Where the Keepfit that looked after the flights answers. */
  readonly url: string
  /** Its data folder, seen from here. */
  readonly folder: string
  /** Settled when somebody wants an end. */
  stay(): Promise<void>
  close(): Promise<void>
}
