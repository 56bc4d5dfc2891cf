import { Fault, type FaultCode } from '../base/fault.ts'
import type { KeepfitEvent } from '../data/event.ts'
import type { InferenceHalf } from '../data/inference.ts'
import type { ReadLine } from './shapes/event-bodies.ts'
import type { EventsNotTaken, EventsTaken } from './shapes/events.ts'
import { halfOf, type InferenceModel, type LoggedInference } from './shapes/inference-event.ts'

/** What the store said of a list of events. */
export interface AppendAnswer {
  readonly accepted: number
  readonly repeated: number
  readonly conflicts: readonly { readonly index: number; readonly id: string }[]
  readonly unknown: readonly { readonly index: number; readonly model: string }[]
  readonly newestSeq: number | null
}

/** What the store said of halves of predictions, one by one. */
export interface HalvesAnswer {
  readonly outcomes: readonly ('accepted' | 'repeated' | 'conflict' | 'unknown-model' | { readonly refused: string })[]
  readonly newestSeq: number | null
}

export interface IntakePorts {
  /** Durable when it returns. */
  append(events: readonly KeepfitEvent[]): Promise<AppendAnswer>
  /** As `append`; a pair that is whole becomes predictions. */
  appendHalves(halves: readonly InferenceHalf[]): Promise<HalvesAnswer>
  /** The model that a service of KServe serves; null: none that is known. */
  inferenceModel(service: string, namespace: string | null): Promise<InferenceModel | null>
}

/** Events of a body that are written together. Count. */
const BATCH = 1_000
/** Of each list of an answer. Count. */
const MOST_LISTED = 100

/** Writes the events of a body in batches; what is wrong with some keeps no other from being taken. */
export async function takeLines(ports: IntakePorts, lines: Iterable<ReadLine>): Promise<EventsTaken> {
  const total = { accepted: 0, repeated: 0, newestSeq: null as number | null }
  const wrong: Wrong = { refused: [], conflicts: [], unknown: [] }
  let batch: { readonly line: number; readonly event: KeepfitEvent }[] = []
  let count = 0
  const flush = async () => {
    if (batch.length === 0) return
    const said = await ports.append(batch.map(({ event }) => event))
    total.accepted += said.accepted
    total.repeated += said.repeated
    total.newestSeq = said.newestSeq ?? total.newestSeq
    const lineOf = (index: number) => batch[index]?.line ?? 0
    for (const { index, id } of said.conflicts) wrong.conflicts.push({ line: lineOf(index), id })
    for (const { index, model } of said.unknown) wrong.unknown.push({ line: lineOf(index), model })
    batch = []
  }
  const logged: LoggedLine[] = []
  for (const { line, event, logged: half, message } of lines) {
    count += 1
    if (event !== null) batch.push({ line, event })
    else if (half !== null) logged.push({ line, half })
    else wrong.refused.push({ line, message: message ?? '' })
    if (batch.length >= BATCH) await flush()
  }
  await flush()
  if (logged.length > 0) await takeHalves(ports, logged, { total, wrong })
  if (count === 0) throw new Fault('USAGE', 'the body holds no event')
  refuseWrong(total, wrong, count)
  return total
}

interface LoggedLine {
  readonly line: number
  readonly half: LoggedInference
}

/** Halves of predictions: each counts as one event, and is durable when it is said to be. */
async function takeHalves(
  ports: IntakePorts,
  logged: readonly LoggedLine[],
  {
    total,
    wrong,
  }: { readonly total: { accepted: number; repeated: number; newestSeq: number | null }; readonly wrong: Wrong },
): Promise<void> {
  const halves: { readonly line: number; readonly half: InferenceHalf }[] = []
  for (const { line, half } of logged) {
    const model = await ports.inferenceModel(half.service, half.namespace)
    if (model === null) wrong.unknown.push({ line, model: half.service })
    else keep(line, () => halves.push({ line, half: halfOf(half, model) }))
  }
  function keep(line: number, read: () => void) {
    try {
      read()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      wrong.refused.push({ line, message: error.message })
    }
  }
  if (halves.length === 0) return
  const said = await ports.appendHalves(halves.map(({ half }) => half))
  total.newestSeq = said.newestSeq ?? total.newestSeq
  for (const [i, { line, half }] of halves.entries()) {
    const outcome = said.outcomes[i] ?? 'unknown-model'
    if (outcome === 'accepted') total.accepted += 1
    else if (outcome === 'repeated') total.repeated += 1
    else if (outcome === 'conflict') wrong.conflicts.push({ line, id: half.id })
    else if (outcome === 'unknown-model') wrong.unknown.push({ line, model: half.model })
    else wrong.refused.push({ line, message: outcome.refused })
  }
}

interface Wrong {
  readonly refused: { line: number; message: string }[]
  readonly conflicts: { line: number; id: string }[]
  readonly unknown: { line: number; model: string }[]
}

/**
 * Anything but a 2xx where a single event was not taken. The whole body may be sent again once it is mended: what was
 * taken is repeated, and changes nothing.
 */
function refuseWrong(total: EventsTaken, { refused, conflicts, unknown }: Wrong, count: number): void {
  const not = refused.length + conflicts.length + unknown.length
  if (not === 0) return
  const where = (line: number) => (count === 1 ? '' : `line ${line}: `)
  const [bad] = refused
  const [strange] = unknown
  const [conflict] = conflicts
  let code: FaultCode = 'CONFLICT'
  let first = ''
  if (bad !== undefined) {
    code = 'USAGE'
    first = `${where(bad.line)}${bad.message}`
  } else if (strange !== undefined) {
    code = 'NOT_FOUND'
    first = `${where(strange.line)}no model is called '${strange.model}'`
  } else if (conflict !== undefined) {
    first = `${where(conflict.line)}the id '${conflict.id}' was used for another event`
  }
  const rest = count === 1 ? '' : `; ${not} of ${count} events were not taken, all others were`
  const details: EventsNotTaken = {
    ...total,
    refused: refused.slice(0, MOST_LISTED),
    conflicts: conflicts.slice(0, MOST_LISTED),
    unknown: unknown.slice(0, MOST_LISTED),
  }
  throw new Fault(code, `${first}${rest}`, details)
}
