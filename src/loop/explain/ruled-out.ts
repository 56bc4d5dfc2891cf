import type { Comparison } from '../../base/comparison.ts'
import type { EstimateEvidence, Evidence } from '../../base/evidence.ts'
import { clearlyBetter } from '../../stats/paired-rows.ts'
import { triggers } from '../../triggers/catalog.ts'
import type { DecisionRecord } from '../record.ts'
import { type Circumstances, comparisonsOf } from './circumstances.ts'
import type { RuledOut } from './explanation.ts'
import { counted, figure, listed, onRows, spanned } from './wording.ts'

const NAMED = 5

/** What might have been behind a decision, or in its way, and was not. */
export function ruledOut(circumstances: Circumstances): RuledOut[] {
  const { record } = circumstances
  return [
    ...harmlessDrift(record),
    ...quietDetectors(record.evidence),
    ...silentTriggers(circumstances),
    ...heldAgainst(circumstances),
    ...passedGates(record),
    ...freeWay(circumstances),
  ]
}

/** The avoidable loss, where it was measured. */
export function avoidableLoss(evidence: readonly Evidence[]): EstimateEvidence | undefined {
  return evidence.find(
    (seen): seen is EstimateEvidence => seen.kind === 'estimate' && seen.detector === 'avoidable-loss',
  )
}

/** Drift is not harm: what moved is told together with what it cost. */
function harmlessDrift({ kind, evidence }: DecisionRecord): RuledOut[] {
  const loss = avoidableLoss(evidence)
  const alarmed = evidence.filter((seen) => (seen.kind === 'distance' || seen.kind === 'p-value') && seen.alarm)
  if (loss === undefined || alarmed.length === 0 || kind !== 'keep') return []
  const subjects = [...new Set(alarmed.map(({ subject }) => subject))]
  const more = subjects.length > NAMED ? [`${subjects.length - NAMED} more`] : []
  return [
    {
      what: `harm by what moved: ${listed([...subjects.slice(0, NAMED), ...more])}`,
      because: `the avoidable loss is ${spanned(loss.value, loss.interval)} a row (${onRows(loss.rows)}): ${loss.interval.low > 0 ? 'too little is surely lost to pay for a training' : 'nothing is surely lost that a training would save'}`,
      rows: loss.rows,
    },
  ]
}

function quietDetectors(evidence: readonly Evidence[]): RuledOut[] {
  const tests = evidence.filter((seen) => seen.kind === 'distance' || seen.kind === 'p-value')
  return [...new Set(tests.map(({ detector }) => detector))].flatMap((detector) => {
    const own = tests.filter((seen) => seen.detector === detector)
    const quiet = own.filter((seen) => !seen.alarm)
    if (quiet.length === 0) return []
    const rows = Math.min(...quiet.map((seen) => seen.rows))
    const where =
      own.length === 1 ? `in ${quiet[0]?.subject}` : `in ${quiet.length} of ${counted(own.length, 'subject')}`
    return [
      {
        what: `an alarm of ${detector} ${where}`,
        because: `it was measured on ${figure(rows)} rows or more, and quiet`,
        rows,
      },
    ]
  })
}

/** Of a training only those speak that asked for it; the others were asked, too. */
function silentTriggers({ record, config, observation }: Circumstances): RuledOut[] {
  if (record.kind !== 'retrain' || observation.body.kind === 'command') return []
  const spoke = new Set(record.because.map(({ by }) => by))
  return config.triggers
    .filter(
      (entry) =>
        triggers.ids.includes(entry.trigger) && !spoke.has(entry.trigger) && !('of' in entry || 'when' in entry),
    )
    .map(({ trigger }) => ({
      what: `a request by ${trigger}`,
      because: 'it was asked, and did not ask for a training',
      rows: null,
    }))
}

function heldAgainst(circumstances: Circumstances): RuledOut[] {
  const { record } = circumstances
  return comparisonsOf(circumstances)
    .filter(({ version }) => version !== record.version)
    .map((one) => ({
      what: `going back to version ${one.version}`,
      because: `on the same ${figure(one.rows)} rows it ${savingText(one)}`,
      rows: one.rows,
    }))
}

function savingText(one: Comparison): string {
  if (one.rows === 0) return 'could not be held against the live version: none has a label'
  const saved = one.sum / one.rows
  const said = `would have ${saved < 0 ? 'lost' : 'saved'} ${figure(Math.abs(saved))} a row`
  return clearlyBetter(one)
    ? `${said}, which is clear, but too little of the gap`
    : `${said}, which is not clearly better`
}

/** Gates that had nothing against the challenger: of a rejection they are not the cause, of a promotion they are the proof. */
function passedGates({ kind, verdicts }: DecisionRecord): RuledOut[] {
  if (kind !== 'promote' && kind !== 'reject') return []
  return verdicts
    .filter(({ outcome }) => outcome === 'pass')
    .map(({ gate, because, rows }) => ({ what: `an objection by ${gate}`, because, rows }))
}

/** What may stop a training, and did not. That it started is the proof. */
function freeWay({ record, config, observation, together }: Circumstances): RuledOut[] {
  if (record.kind !== 'retrain') return []
  const isByHand = observation.body.kind === 'command'
  const despite =
    observation.body.kind === 'command' && observation.body.command === 'retrain'
      ? (observation.body.despite ?? [])
      : []
  const free = (what: string, because: string): RuledOut => ({ what, because, rows: null })
  const { cooldownWindows, cooldown, budget, breaker } = config
  const isCooling = cooldownWindows > 0 || cooldown !== null
  const opened = together.some(({ kind }) => kind === 'breaker-opened')
  return [
    free('a run that is still active', 'none was: one run at a time'),
    ...(isCooling
      ? [
          free(
            'the cooldown',
            isByHand
              ? 'a person asked: it holds nobody up'
              : `${listed([...(cooldownWindows > 0 ? [counted(cooldownWindows, 'window')] : []), ...(cooldown === null ? [] : [cooldown])])}: over, or passed over by what is due whatever it says`,
          ),
        ]
      : []),
    ...(budget === null
      ? []
      : [
          free(
            'the budget',
            despite.includes('budget')
              ? 'a person passed over it'
              : `fewer than ${counted(budget.trainings, 'training')} within ${budget.per ?? counted(budget.perWindows ?? 0, 'window')} so far`,
          ),
        ]),
    ...(breaker === null || opened
      ? []
      : [free('the breaker', despite.includes('breaker') ? 'a person passed over it' : 'it was closed')]),
  ]
}
