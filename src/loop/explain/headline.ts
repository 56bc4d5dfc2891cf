import { unreachable } from '../../base/assert.ts'
import type { DecisionRecord } from '../record.ts'
import { type Circumstances, runOf, type Standing, standingOf } from './circumstances.ts'

/** The decision in one sentence. */
export function headlineOf(circumstances: Circumstances): string {
  const { record, answeredBy } = circumstances
  const standing = standingOf(circumstances)
  const sentence = sentenceOf(circumstances, standing)
  if (standing === 'only-said') return `${sentence} (nothing was touched: the mode is observe).`
  if (standing === 'done') return `${sentence}.`
  const answer =
    answeredBy === null
      ? 'a person was asked'
      : `${answeredBy.because.at(-1)?.by ?? 'a person'} ${answeredBy.kind === 'approved' ? 'approved' : 'declined'} in decision ${answeredBy.seq}`
  return `${sentence} (${answeredBy?.seq === record.seq ? 'a person was asked' : answer}).`
}

function sentenceOf(circumstances: Circumstances, standing: Standing): string {
  const { record } = circumstances
  const { live, version, window } = record
  const about = record.aboutWindow ?? window
  const first = record.because[0]?.text ?? ''
  const why = first === '' ? '' : `: ${first}`
  const would = standing === 'done' ? '' : 'would '
  const run = runOf(circumstances)
  switch (record.kind) {
    case 'keep':
      return `Version ${live} stays${why}`
    case 'postpone':
      return `A training would pay, but waits${why}`
    case 'undecided':
      return `Nobody could say yet whether version ${live} needs a training${why}`
    case 'retrain':
      return standing === 'done' ? `A training starts${why}` : `A training would start${why}`
    case 'promote':
      return `Version ${version} ${would === '' ? 'answers' : 'would answer'} in place of version ${live}${why}`
    case 'reject':
      return `Version ${version} of run ${run ?? '–'} is rejected, version ${live} stays${why}`
    case 'reinstate':
      return `Retired version ${version} ${would === '' ? 'answers' : 'would answer'} again, without a training${why}`
    case 'return':
      return `Version ${version} ${would === '' ? 'answers' : 'would answer'} again, for version ${live} disappoints${why}`
    case 'roll-back':
      return `Version ${version} answers again in place of version ${live}, by the word of ${record.because[0]?.by ?? 'a person'}${why}`
    case 'blocked':
      return `${blockedWhat(record)}${why}`
    case 'quarantine':
      return `Window ${about} is kept out of training and judging${why}`
    case 'noted':
      return `Something about window ${about} was noted, and passed${why}`
    case 'run-failed':
      return `Run ${run ?? '–'} gave no version${why}`
    case 'run-cancelled':
      return `Run ${run ?? '–'} was stopped by a person${why}`
    case 'data-refused':
      return `Run ${run ?? '–'} was refused its data${why}`
    case 'breaker-opened':
      return `The breaker opens${why}`
    case 'breaker-closed':
      return `The breaker closes${why}`
    case 'approved':
      return `A person approved${version === null ? ' a training' : ` version ${version}`}${why}`
    case 'declined':
      return `A person declined what was proposed${why}`
    default:
      return unreachable(record.kind)
  }
}

/** Without anything that asks for a training it is the window itself that nothing is decided on. */
function blockedWhat(record: DecisionRecord): string {
  return isTrainingBlocked(record) ? 'A training was due, but does not start' : 'Nothing is decided on this window'
}

/** Whether something asked for a training, and something else stood in its way. */
export function isTrainingBlocked({ because, aboutWindow }: DecisionRecord): boolean {
  return because.length > 1 || aboutWindow === null
}
