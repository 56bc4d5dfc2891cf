import type { Decision, Missing, Reason } from '../../base/decision.ts'
import type { TriggerContext } from '../trigger.ts'

/**
 * What several triggers say together, where `count` of them must agree.
 *
 * A member that would *retrain* or *reinstate* says yes; one that *waits* says no; one that *postpones* says yes, but not
 * yet; an *undecided* one says neither. With y, p and u of these (yes, not yet, undecided), the first that holds:
 *
 * 1. an undecided member asks for retired versions that nobody has scored yet, and y + p + u ≥ count: undecided, so that
 *    they are scored. Where the others have already said no, nobody pays for that.
 * 2. y ≥ count: a retired version that a member wants back, for that costs nothing; else a training. It is hard (skips
 *    the cooldown) only when the members that are hard are enough by themselves.
 * 3. y + p ≥ count: postponed.
 * 4. y + p + u ≥ count: undecided; it is still open.
 * 5. else wait, whatever the undecided ones would say.
 *
 * @param count 1 … number of answers; 1 = any, all of them = all
 */
export function vote(context: TriggerContext, answers: readonly Decision[], count: number): Decision {
  const of = <K extends Decision['kind']>(kind: K) =>
    answers.filter((answer): answer is Extract<Decision, { kind: K }> => answer.kind === kind)
  const reinstate = of('reinstate')
  const retrain = of('retrain')
  const undecided = of('undecided')
  const postponed = of('wait').filter((answer) => answer.isPostponed === true)
  const yes = [...reinstate, ...retrain]
  const later = yes.length + postponed.length
  const isOpen = later + undecided.length >= count

  const asks = undecided.filter((answer) => answer.missing.includes('retired-versions'))
  if (asks.length > 0 && context.comparisons === null && isOpen) return stillOpen(asks)
  if (yes.length >= count) {
    const because = yes.flatMap((answer) => answer.because)
    const [back] = reinstate
    if (back !== undefined) return { ...back, because }
    const isHard = retrain.filter((answer) => answer.isHard === true).length >= count
    return isHard ? { kind: 'retrain', isHard, because } : { kind: 'retrain', because }
  }
  if (later >= count) return { kind: 'wait', isPostponed: true, because: reasonsOf([...yes, ...postponed]) }
  if (isOpen) return { ...stillOpen(undecided), because: reasonsOf(answers) }
  return { kind: 'wait', because: reasonsOf(answers) }
}

type Undecided = Extract<Decision, { kind: 'undecided' }>

function stillOpen(undecided: readonly Undecided[]): Undecided {
  const missing = new Set<Missing>(undecided.flatMap((answer) => answer.missing))
  return { kind: 'undecided', missing: [...missing], because: reasonsOf(undecided) }
}

function reasonsOf(answers: readonly Decision[]): Reason[] {
  return answers.flatMap((answer) => answer.because)
}
