import { unreachable } from '../../base/assert.ts'
import type { Verdict } from '../../base/verdict.ts'
import type { DecisionRecord } from '../record.ts'
import { type Circumstances, standingOf } from './circumstances.ts'
import type { Alternative } from './explanation.ts'
import { isTrainingBlocked } from './headline.ts'
import { askLimits, distance, goneLimits, lossAlternatives } from './trigger-limits.ts'
import { counted, figure, onRows, spanned } from './wording.ts'

/** What would have led to another decision, each limit with how far away it was. */
export function alternatives(circumstances: Circumstances): readonly Alternative[] {
  const { record, config } = circumstances
  switch (record.kind) {
    case 'keep':
    case 'undecided':
      return orWaiting(record, [
        ...lossAlternatives(circumstances),
        ...askLimits(circumstances),
        ...missingRows(record),
      ])
    case 'postpone':
      return [
        ...goneLimits(
          circumstances,
          'the training starts at once where the gap grows by no more, or has waited long enough:',
        ),
      ]
    case 'retrain':
      return circumstances.observation.body.kind === 'command'
        ? [plain('a person asked for it: the evidence was not')]
        : [...goneLimits(circumstances, 'no training starts'), ...proposalAnswers(circumstances)]
    case 'reinstate':
      return [
        ...goneLimits(circumstances, `version ${record.version} does not come back`),
        ...proposalAnswers(circumstances),
      ]
    case 'promote':
      return promoted(circumstances)
    case 'reject':
      return rejected(record)
    case 'return':
      return [
        ...goneLimits(circumstances, 'the live version stays'),
        plain(`it is on probation for ${counted(config.probationWindows, 'window')}; later, nothing returns by itself`),
      ]
    case 'blocked':
      return blocked(circumstances)
    case 'quarantine':
    case 'noted':
      return orWaiting(record, goneLimits(circumstances, 'the contract has nothing against the window'))
    case 'run-failed':
      return [plain('a training that converges: see the log of the run (keepfit logs)'), ...coolOff(circumstances)]
    case 'run-cancelled':
      return [
        plain('nobody stops the run: nothing is held against the data or the trainer, and the next window decides'),
      ]
    case 'data-refused':
      return [plain('more windows that the data contract lets pass, with labels, than there were')]
    case 'breaker-opened':
      return coolOff(circumstances)
    case 'breaker-closed':
      return [plain('what opened it must happen again to open it again')]
    case 'approved':
    case 'declined':
      return [plain('another word of a person: it waited for one')]
    case 'roll-back':
      return [plain('another word of a person: this one decided, whatever the evidence says')]
    default:
      return unreachable(record.kind)
  }
}

/** Where no limit can be named, what was said instead. */
function orWaiting(record: DecisionRecord, found: readonly Alternative[]): readonly Alternative[] {
  if (found.length > 0) return found
  if (record.because.length === 0)
    return [plain('evidence on labels: there was none, and the next window may bring it')]
  return record.because.map(({ text }) => plain(`the next window, where this is otherwise: ${text}`))
}

function missingRows({ evidence }: DecisionRecord): Alternative[] {
  return evidence.flatMap((seen) =>
    seen.kind === 'insufficient' && seen.detector === 'avoidable-loss'
      ? [
          {
            sentence:
              seen.because ??
              `the avoidable loss can be told from about ${figure(seen.needRows)} rows: there were ${figure(seen.rows)}`,
            value: seen.rows,
            limit: seen.needRows,
            rows: seen.rows,
          },
        ]
      : [],
  )
}

function gateLimits(verdicts: readonly Verdict[], outcome: Verdict['outcome'], otherwise: string): Alternative[] {
  return verdicts.flatMap((one) => {
    if (one.outcome !== outcome || one.observed === null || one.limit === null) return []
    const { gate, observed, limit, interval, rows } = one
    return [
      {
        sentence: `${otherwise} beyond ${figure(limit)} (${gate}): it was ${spanned(observed, interval)} (${onRows(rows)}), ${distance(observed, limit)}`,
        value: observed,
        limit,
        rows,
      },
    ]
  })
}

function promoted(circumstances: Circumstances): Alternative[] {
  const { record, observation } = circumstances
  if (observation.body.kind === 'command') return [plain('another word of a person: this one decided')]
  const limits = gateLimits(record.verdicts, 'pass', 'it would have been rejected')
  const isUnjudged = record.because.some(({ by }) => by === 'probation' || by === 'policy')
  const broken = plain(
    'it would have been rejected only had a gate failed: rows that it did not learn from were not held out',
  )
  return [...limits, ...(isUnjudged ? [broken] : []), ...proposalAnswers(circumstances)]
}

function rejected({ verdicts }: DecisionRecord): Alternative[] {
  const against = verdicts.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped')
  if (against.length === 0) return [plain('one gate at least that passes: silence is never a pass')]
  return against.map((one) => {
    const { gate, observed, limit, interval, rows, needs, because } = one
    const seen = observed === null ? because : `it was ${spanned(observed, interval)} (${onRows(rows)})`
    if (needs !== undefined)
      return { sentence: `${gate} can tell with ${needs}: ${seen}`, value: observed, limit, rows }
    if (limit === null || observed === null)
      return { sentence: `${gate} has nothing against it: ${because} (${onRows(rows)})`, value: observed, limit, rows }
    const far = one.outcome === 'fail' ? `, ${distance(observed, limit)}` : ''
    return { sentence: `${gate} holds it to ${figure(limit)}: ${seen}${far}`, value: observed, limit, rows }
  })
}

function blocked(circumstances: Circumstances): Alternative[] {
  const { record, config } = circumstances
  const [obstacle] = record.because
  if (obstacle === undefined) return []
  const held = { value: obstacle.value ?? null, limit: obstacle.limit ?? null, rows: obstacle.rows ?? null }
  const { by, value, limit } = obstacle
  switch (by) {
    case 'one-run':
      return [{ ...held, sentence: 'the active run ends: one run at a time' }]
    case 'breaker':
      return coolOff(circumstances)
    case 'cooldown': {
      const left = value === undefined || limit === undefined ? null : limit - value
      const when =
        left === null
          ? `${config.cooldown ?? 'the cooldown'} have passed`
          : `${counted(left, 'more window')} have passed`
      return [
        { ...held, sentence: `${when} since the last training; what is due by schedule, or a person, does not wait` },
      ]
    }
    case 'budget':
      return [
        {
          ...held,
          sentence: `fewer than ${counted(limit ?? 0, 'training')} in the span of the budget: there were ${figure(value ?? 0)}; keepfit run MODEL --despite budget passes over it`,
        },
      ]
    case 'min-labelled-rows':
      return [
        {
          ...held,
          rows: value ?? null,
          sentence: `${figure((limit ?? 0) - (value ?? 0))} more labelled rows: ${figure(value ?? 0)} of ${figure(limit ?? 0)} are known`,
        },
      ]
    default:
      return isTrainingBlocked(record)
        ? [{ ...held, sentence: `what stands in the way is gone: ${obstacle.text}` }]
        : [{ ...held, sentence: 'a window that the data contract has nothing against' }]
  }
}

function coolOff({ config }: Circumstances): Alternative[] {
  if (config.breaker === null) return []
  const { coolOffWindows, maxRejections, maxTrainings, perWindows } = config.breaker
  return [
    plain(`the breaker closes ${counted(coolOffWindows, 'window')} after it opened, or when a person closes it`),
    plain(
      `it opens after ${counted(maxRejections, 'rejection')} in a row, more than ${counted(maxTrainings, 'training')} within ${counted(perWindows, 'window')}, a training that does not converge, or corrupted data`,
    ),
  ]
}

function proposalAnswers(circumstances: Circumstances): Alternative[] {
  const standing = standingOf(circumstances)
  const { answeredBy, config } = circumstances
  if (standing === 'only-said') return [plain('another mode than observe: then it is proposed, or done')]
  if (standing !== 'proposed' || answeredBy !== null) return []
  return [plain(`a person's word: in mode ${config.mode} it waits for keepfit approve, or keepfit reject`)]
}

function plain(sentence: string): Alternative {
  return { sentence, value: null, limit: null, rows: null }
}
