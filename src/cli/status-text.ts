import type { FleetStatus, ModelStatus } from '../http/shapes/status.ts'
import { countText, spanText, whenText } from './when.ts'

/** The fleet on one screen: a line a model, and below it why and what comes next unless `isBrief`. */
export function statusText({ models }: FleetStatus, isBrief = false): string {
  if (models.length === 0)
    return 'No model yet: write keepfit.yaml (keepfit init), then keepfit apply; or keepfit adopt a model that exists.\n'
  const nameWidth = Math.max(...models.map(({ name }) => name.length))
  const stateWidth = Math.max(...models.map(({ state }) => state.length))
  const lines = models.flatMap((model) => {
    const { name, state } = model
    const head = `${name.padEnd(nameWidth)}  ${state.padEnd(stateWidth)}  ${[championText(model), qualityText(model)].filter((part) => part !== '').join('  ')}`
    return isBrief ? [head.trimEnd()] : [head.trimEnd(), ...moreLines(model).map((line) => `  ${line}`), '']
  })
  return `${lines.join('\n').trimEnd()}\n`
}

function championText({ champion, events }: ModelStatus): string {
  if (champion === null)
    return `no version yet; ${countText(events.predictions)} predictions, ${countText(events.labels)} labels`
  return `version ${champion.version} since ${whenText(champion.since)} (${champion.reason})`
}

/** Never a number without its interval and rows. */
function qualityText({ quality, champion }: ModelStatus): string {
  if (quality === null) return ''
  const { metric, value, low, high, rows, version } = quality
  // A version that has just gone live has no labels yet: the number is its predecessor's, and must not pass for its own.
  const whose = version === champion?.version ? '' : ` (of version ${version})`
  return `${metric} ${figure(value)} [${figure(low)}, ${figure(high)}] on ${countText(rows)} rows${whose}`
}

function moreLines(model: ModelStatus): string[] {
  const { lastDecision, activeRun, proposal, breaker, labelLagMs, waitingFor, mode } = model
  const lines: string[] = []
  if (activeRun !== null) {
    const done = activeRun.progress === null ? '' : ` ${Math.round(activeRun.progress * 100)} %`
    lines.push(`run ${activeRun.number}: ${activeRun.step ?? 'queued'}${done}`)
  }
  if (proposal !== null)
    lines.push(`asks: ${proposal.sentence}  (keepfit approve ${model.name} ${proposal.decision}, or reject)`)
  if (breaker.open) lines.push(`breaker open: ${breaker.because ?? ''}`)
  if (lastDecision !== null)
    lines.push(
      `decision ${lastDecision.seq}, ${whenText(lastDecision.at)}, ${lastDecision.kind}: ${lastDecision.sentence}`,
    )
  const lag = labelLagMs === null ? '' : `; labels are ${spanText(labelLagMs)} behind`
  lines.push(`next (${mode}): ${waitingFor}${lag}`)
  return lines
}

function figure(value: number): string {
  return Math.abs(value) >= 1000 ? countText(Math.round(value)) : value.toFixed(4)
}
