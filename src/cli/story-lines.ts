import type { Reason } from '../base/decision.ts'
import type { DecisionRecord } from '../loop/record.ts'
import { addDays, shortDay } from './story-days.ts'

/** Factors that people mix up, with the words for it. */
const KNOWN_FACTORS: readonly (readonly [factor: number, words: string])[] = [
  [1.609, 'kilometres for miles?'],
  [1 / 1.609, 'miles for kilometres?'],
]
const FACTOR_TOLERANCE = 0.08

/** Why rows or labels were kept out, without the figures that change from day to day: equal causes are told together. */
export function causeOf({ because }: DecisionRecord): string {
  return because.map(({ by, text }) => `${by} ${/^'.*?'/.exec(text)?.[0] ?? ''}`).join(' and ')
}

/** One line on a quarantine. `about`: the day that is kept out, which with late labels is not the day it is known. */
export function quarantineLine({ because }: DecisionRecord, about: string, day: string): string {
  const what = because.map(breachText).join(' and ')
  const kept = about === day ? 'this day is' : `${shortDay(about)} is`
  return `${what}: ${kept} kept out of training`
}

function breachText({ text, value }: Reason): string {
  // The sentence up to its figures: what follows explains it, for those who read the record.
  const first = (text.split(/: |; |\.$/)[0] ?? text).replace(/^About/, 'about')
  const known = KNOWN_FACTORS.find(([factor]) => value !== undefined && Math.abs(value / factor - 1) < FACTOR_TOLERANCE)
  return known === undefined ? first : first.replace('a change of unit?', known[1])
}

/** The lines on the other decisions of one day, a training told together with what became of it. */
export function decisionLines(records: readonly DecisionRecord[], day: string): string[] {
  const lines: string[] = []
  let why = ''
  for (const record of records) {
    const first = record.because[0]
    switch (record.kind) {
      case 'retrain':
        why = trainingReason(record.because)
        break
      case 'promote':
        lines.push(
          `${why}: version ${record.version} is trained and serves from ${shortDay(addDays(day, 1))} (${first?.text ?? ''})`,
        )
        break
      case 'reject':
        lines.push(`${why}: version ${record.version} is rejected (${rejection(record)}), version ${record.live} stays`)
        break
      case 'run-failed':
      case 'data-refused':
        lines.push(`${why === '' ? '' : `${why}, but `}no version comes of the training: ${first?.text ?? ''}`)
        break
      case 'postpone':
        lines.push('loss that could be avoided appears and still grows: one more day makes better training data')
        break
      case 'reinstate':
        lines.push(`${first?.text ?? ''}: version ${record.version} is reinstated, without training`)
        break
      case 'return':
        lines.push(`version ${record.live} disappoints, ${first?.text ?? ''}: back to version ${record.version}`)
        break
      case 'blocked':
        if (first?.by !== 'contract') lines.push(`a training would be due, but does not start: ${first?.text ?? ''}`)
        break
      case 'breaker-opened':
      case 'breaker-closed':
        lines.push(`the breaker ${record.kind === 'breaker-opened' ? 'opens' : 'closes'}: ${first?.text ?? ''}`)
        break
      case 'keep':
      case 'undecided':
      case 'quarantine':
      case 'noted':
      case 'declined':
        break
    }
  }
  return lines
}

function trainingReason(because: readonly Reason[]): string {
  const worth = because.find(({ by }) => by === 'avoidable-loss')
  if (worth !== undefined) return worth.text
  return because.some(({ by }) => by === 'schedule') ? 'the scheduled training is due' : (because[0]?.text ?? '')
}

/** What spoke most clearly against it; a gate that is not sure has not found it worse. */
function rejection({ verdicts }: DecisionRecord): string {
  const failed = verdicts.find(({ outcome }) => outcome === 'fail' || outcome === 'error')
  if (failed !== undefined) return failed.because.replaceAll(/ \[[^\]]*\]| over \d+ blocks of \d+ rows/g, '')
  const unsure = verdicts.find(({ outcome }) => outcome === 'inconclusive')
  return unsure === undefined ? 'no gate said anything' : `not proven: ${unsure.because}`
}
