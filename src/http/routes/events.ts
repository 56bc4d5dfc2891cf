import type { Context } from 'hono'
import { Fault } from '../../base/fault.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { type IntakePorts, takeLines } from '../event-intake.ts'
import { EVENTS_BODY_BYTES, mediaType } from '../limits.ts'
import { answers, route } from '../route.ts'
import { attributesOf, isBinaryCloudEvent, readCloudEvent } from '../shapes/cloud-event.ts'
import { eventLines, type ReadLine, readLine } from '../shapes/event-bodies.ts'
import { EventBody, EventsTaken, ExportQuery } from '../shapes/events.ts'
import { ModelPath } from '../shapes/names.ts'
import { parseJson } from '../strict-json.ts'

export interface EventsPorts extends IntakePorts {
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
  const text = await c.req.text()
  return readLine(1, () => readCloudEvent({ ...attributesOf(c.req.raw.headers), data: parseJson(text) }))
}

async function bodyText(c: Context, type: string): Promise<string> {
  if (type !== 'application/x-ndjson') return c.req.text()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer())
  } catch (error) {
    throw new Fault('USAGE', 'the body must be UTF-8 text; got other bytes', {}, error)
  }
}
