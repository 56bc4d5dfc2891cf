import type { Context } from 'hono'
import { Fault, type FaultCode } from '../../base/fault.ts'
import type { KeepfitEvent } from '../../data/event.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { EVENTS_BODY_BYTES, mediaType } from '../limits.ts'
import { answers, route } from '../route.ts'
import { attributesOf, eventOfCloudEvent, isBinaryCloudEvent } from '../shapes/cloud-event.ts'
import { eventLines, type ReadLine } from '../shapes/event-bodies.ts'
import { EventBody, type EventsNotTaken, EventsTaken, ExportQuery } from '../shapes/events.ts'
import { ModelPath } from '../shapes/names.ts'
import { parseJson } from '../strict-json.ts'

/** What the store said of a list of events. */
export interface AppendAnswer {
  readonly accepted: number
  readonly repeated: number
  readonly conflicts: readonly { readonly index: number; readonly id: string }[]
  readonly unknown: readonly { readonly index: number; readonly model: string }[]
  readonly newestSeq: number | null
}

export interface EventsPorts {
  /** Durable when it returns. */
  append(events: readonly KeepfitEvent[]): Promise<AppendAnswer>
  /**
   * All events of a model, as they were sent.
   * @throws Fault NOT_FOUND before the first byte
   */
  exported(asked: ExportAsked): Promise<AsyncIterable<Uint8Array | string>>
}

export interface ExportAsked {
  readonly model: string
  readonly format: 'jsonl' | 'parquet'
  /** from ≤ event time < to, ms since 1970 UTC; null: without that bound. */
  readonly from: number | null
  readonly to: number | null
}

/** Events of a body that are written together. Count. */
const BATCH = 1_000
/** Of each list of an answer. Count. */
const MOST_LISTED = 100

const jsonSchema = { $ref: '#/components/schemas/Event' }

/** Services tell predictions, labels and feedback. A 2xx means that every event of the request is durable. */
export function eventRoutes(ports: EventsPorts): ApiRoutes {
  const routes = apiRoutes()
  routes.openAPIRegistry.register('Event', EventBody)
  addTaking(routes, ports)
  addExport(routes, ports)
  return routes
}

function addTaking(routes: ApiRoutes, ports: EventsPorts): void {
  routes.openapi(
    route({
      method: 'post',
      path: '/events',
      scope: 'ingest',
      summary: 'Takes one event or many in, durably',
      tags: ['events'],
      maxBytes: EVENTS_BODY_BYTES,
      also: ['NOT_FOUND', 'CONFLICT', 'BUSY', 'DISK_FULL'],
      request: {
        body: {
          required: true,
          // Plain schemas: the reader of the shapes checks each event, and says which line is wrong.
          content: {
            'application/json': { schema: { anyOf: [jsonSchema, { type: 'array', items: jsonSchema, minItems: 1 }] } },
            'application/x-ndjson': { schema: { type: 'string', description: 'One event a line.' } },
            'application/cloudevents+json': { schema: { type: 'object' } },
            'application/cloudevents-batch+json': { schema: { type: 'array', items: { type: 'object' }, minItems: 1 } },
          },
        },
      },
      responses: { 200: answers(EventsTaken, 'All events are durable.') },
    }),
    async (c) => {
      const type = mediaType(c.req.header('content-type'))
      const lines = isBinaryCloudEvent(c.req.raw.headers)
        ? [await binaryLine(c)]
        : eventLines(type, await bodyText(c, type))
      return c.json(await takeLines(ports, lines), 200)
    },
  )
}

const EXPORT_TYPES = { jsonl: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' } as const

function addExport(routes: ApiRoutes, ports: EventsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/events',
      scope: 'read',
      summary: 'All events of a model as they were sent, in the order in which they came',
      tags: ['events'],
      request: { params: ModelPath, query: ExportQuery },
      responses: {
        200: {
          description: 'One event a line, or a Parquet file with one event a row.',
          content: {
            [EXPORT_TYPES.jsonl]: { schema: { type: 'string' } },
            [EXPORT_TYPES.parquet]: { schema: { type: 'string', format: 'binary' } },
          },
        },
      },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { format, from = null, to = null } = c.req.valid('query')
      const parts = await ports.exported({ model, format, from, to })
      c.header('content-type', EXPORT_TYPES[format])
      c.header('content-disposition', `attachment; filename="${model}-events.${format}"`)
      return c.body(streamOf(parts))
    },
  )
}

/** Asks for a part when the reader wants one, and stops asking when the reader went away. */
function streamOf(parts: AsyncIterable<Uint8Array | string>): ReadableStream<Uint8Array> {
  const iterator = parts[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

async function binaryLine(c: Context): Promise<ReadLine> {
  const attributes = attributesOf(c.req.raw.headers)
  return { line: 1, event: eventOfCloudEvent({ ...attributes, data: parseJson(await c.req.text()) }), message: null }
}

async function bodyText(c: Context, type: string): Promise<string> {
  if (type !== 'application/x-ndjson') return c.req.text()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer())
  } catch (error) {
    throw new Fault('USAGE', 'the body must be UTF-8 text; got other bytes', {}, error)
  }
}

/** Writes the events of a body in batches; what is wrong with some keeps no other from being taken. */
async function takeLines(ports: EventsPorts, lines: Iterable<ReadLine>): Promise<EventsTaken> {
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
  for (const { line, event, message } of lines) {
    count += 1
    if (event === null) wrong.refused.push({ line, message: message ?? '' })
    else batch.push({ line, event })
    if (batch.length >= BATCH) await flush()
  }
  await flush()
  if (count === 0) throw new Fault('USAGE', 'the body holds no event')
  refuseWrong(total, wrong, count)
  return total
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
