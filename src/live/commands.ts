import type { Observation } from '../loop/observation.ts'
import type { DecisionRecord } from '../loop/record.ts'
import type { LoopState } from '../loop/state.ts'

export type Command = Extract<Observation, { kind: 'command' }>

/** Why a person's word changes nothing as things stand; null where the loop shall hear it. */
export function refusalOf({ live, proposal, breaker }: LoopState, command: Command): string | null {
  switch (command.command) {
    case 'approve':
    case 'reject':
      return proposal === null ? 'nothing waits for an answer' : null
    case 'close-breaker':
      return breaker.openedAt === null ? 'the breaker is closed already' : null
    case 'promote':
    case 'roll-back':
      return command.version === live.version ? `version ${live.version} is live already` : null
    case 'retrain':
      return null
  }
}

/** What came of a person's word, for whoever gave it. */
export function answerOf(decisions: readonly DecisionRecord[]): string {
  const last = decisions.at(-1)
  if (last === undefined) return 'the loop heard it, and nothing followed'
  const why = last.because.map(({ text }) => text).join('; ')
  return `decision ${last.seq}: ${last.kind}${why === '' ? '' : `: ${why}`}`
}
