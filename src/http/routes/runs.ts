import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { Fault } from '../../base/fault.ts'
import { actorText } from '../actor.ts'
import { type ApiEnv, type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { ModelPath } from '../shapes/names.ts'
import {
  CancelRequest,
  NewestRuns,
  Run,
  RunDetail,
  RunList,
  RunLog,
  type RunLogLine,
  RunLogQuery,
  RunPage,
  RunPath,
  RunRequest,
  RunRequested,
} from '../shapes/runs.ts'

export interface RunsPorts {
  /** Newest first. @param model null: of all models */
  list(
    model: string | null,
    page: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly Run[]>
  hasModel(model: string): Promise<boolean>
  /** Undefined where there is none. */
  find(model: string, run: number): Promise<RunDetail | undefined>
  /** Lines after that one, in their order. */
  log(
    model: string,
    run: number,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly RunLogLine[]>
  /** A person wants the run to end. @returns the run as it is then; undefined where there is none */
  cancel(
    model: string,
    run: number,
    doing: { readonly actor: string; readonly because: string },
  ): Promise<Run | undefined>
  /** A person wants a training: the loop hears it, or the model's first training begins. */
  requestRun(model: string, wish: RunWish): Promise<RunRequested>
  /** Ends after about so long, sooner when there is news of runs, at once when the server stops. */
  wait(ms: number): Promise<void>
  isStopping(): boolean
}

export interface RunWish {
  readonly actor: string
  readonly because: string
  readonly despite: readonly ('budget' | 'breaker')[]
}

/** Lines that are sent at a time. Count. */
const BATCH = 500
const POLL_MS = 1000
/** After so many silent polls a heartbeat tells the proxies between that the connection lives. */
const POLLS_PER_HEARTBEAT = 15

/** Training runs: what they do, how they ended, and their log as it is written. */
export function runsRoutes(ports: RunsPorts): ApiRoutes {
  const routes = apiRoutes()
  readRoutes(routes, ports)
  writeRoutes(routes, ports)
  return routes
}

function readRoutes(routes: ApiRoutes, ports: RunsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/runs',
      scope: 'read',
      summary: 'The newest training runs of all models',
      tags: ['runs'],
      request: { query: NewestRuns },
      responses: { 200: answers(RunList, 'Newest first.') },
    }),
    async (c) => c.json({ runs: [...(await ports.list(null, c.req.valid('query')))] }, 200),
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/runs',
      scope: 'read',
      summary: 'Training runs of a model',
      tags: ['runs'],
      request: { params: ModelPath, query: RunPage },
      responses: { 200: answers(RunList, 'Newest first.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const runs = await ports.list(model, c.req.valid('query'))
      if (runs.length === 0 && !(await ports.hasModel(model))) throw noModel(model)
      return c.json({ runs: [...runs] }, 200)
    },
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/runs/{run}',
      scope: 'read',
      summary: 'A training run with its steps, its verdicts and what it learned from',
      tags: ['runs'],
      request: { params: RunPath },
      responses: { 200: answers(RunDetail, 'The run.') },
    }),
    async (c) => {
      const { model, run } = c.req.valid('param')
      return c.json(await existing(ports, model, run), 200)
    },
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/runs/{run}/log',
      scope: 'read',
      summary: 'The log of a training run, live or as it is',
      tags: ['runs'],
      request: { params: RunPath, query: RunLogQuery },
      responses: {
        200: {
          description:
            'Server-sent events: a line each, its id in `id`; then `end` with the state of the run. With `follow=false` JSON. A client that was cut off goes on with the header `Last-Event-ID`.',
          content: {
            'text/event-stream': { schema: { type: 'string' } },
            'application/json': { schema: RunLog },
          },
        },
      },
    }),
    async (c) => {
      const { model, run } = c.req.valid('param')
      const { follow, after, limit } = c.req.valid('query')
      await existing(ports, model, run)
      if (follow === 'true') return followed(c, ports, { model, run, after: lastEventId(c) ?? after })
      const lines = [...(await ports.log(model, run, { after, limit }))]
      return c.json({ lines, next: lines.length < limit ? null : (lines.at(-1)?.id ?? null) }, 200)
    },
  )
}

function writeRoutes(routes: ApiRoutes, ports: RunsPorts): void {
  routes.openapi(
    route({
      method: 'post',
      path: '/models/{model}/runs',
      scope: 'operate',
      summary: 'Asks for a training now',
      tags: ['runs'],
      also: ['NOT_FOUND', 'CONFLICT'],
      request: {
        params: ModelPath,
        body: { required: true, content: { 'application/json': { schema: RunRequest } } },
      },
      responses: { 202: answers(RunRequested, 'What became of the wish.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { because, despite } = c.req.valid('json')
      if (!(await ports.hasModel(model))) throw noModel(model)
      const wish = { actor: actorText(c.get('actor')), because, despite: [...new Set(despite)] }
      return c.json(await ports.requestRun(model, wish), 202)
    },
  )
  routes.openapi(
    route({
      method: 'post',
      path: '/models/{model}/runs/{run}/cancel',
      scope: 'operate',
      summary: 'Asks a training run to end',
      tags: ['runs'],
      also: ['NOT_FOUND', 'CONFLICT'],
      request: {
        params: RunPath,
        body: { required: true, content: { 'application/json': { schema: CancelRequest } } },
      },
      responses: { 202: answers(Run, 'The run: a queued one has ended, a running one ends within seconds.') },
    }),
    async (c) => {
      const { model, run } = c.req.valid('param')
      const { because } = c.req.valid('json')
      const found = await ports.cancel(model, run, { actor: actorText(c.get('actor')), because })
      if (found === undefined) throw noRun(model, run)
      return c.json(found, 202)
    },
  )
}

/** Sends lines as they come, until the run has ended and all of them are sent. */
function followed(
  c: Context<ApiEnv>,
  ports: RunsPorts,
  from: { readonly model: string; readonly run: number; readonly after: number },
): Response {
  const { model, run } = from
  return streamSSE(c, async (stream) => {
    let { after } = from
    for (let silent = 0; !stream.aborted && !ports.isStopping(); ) {
      // Asked for before the lines: what is written before a run ends is then seen.
      const state = (await ports.find(model, run))?.run.state
      const lines = await ports.log(model, run, { after, limit: BATCH })
      for (const line of lines) {
        await stream.writeSSE({ id: String(line.id), data: JSON.stringify(line) })
        after = line.id
      }
      const hasEnded = state !== 'queued' && state !== 'running'
      if (lines.length === 0 && hasEnded) {
        await stream.writeSSE({ event: 'end', data: JSON.stringify({ state: state ?? null }) })
        return
      }
      silent = lines.length > 0 ? 0 : silent + 1
      if (silent > 0 && silent % POLLS_PER_HEARTBEAT === 0) await stream.write(': alive\n\n')
      if (lines.length < BATCH) await ports.wait(POLL_MS)
    }
  })
}

function lastEventId(c: Context<ApiEnv>): number | null {
  const header = c.req.header('last-event-id')
  if (header === undefined || header === '') return null
  if (/^\d{1,15}$/.test(header)) return Number(header)
  throw new Fault('USAGE', `the header Last-Event-ID must be the id of a line; got '${header.slice(0, 40)}'`)
}

async function existing(ports: RunsPorts, model: string, run: number): Promise<RunDetail> {
  const found = await ports.find(model, run)
  if (found === undefined) throw noRun(model, run)
  return found
}

function noModel(model: string): Fault {
  return new Fault('NOT_FOUND', `no model is called '${model}'`, { model })
}

function noRun(model: string, run: number): Fault {
  return new Fault('NOT_FOUND', `the model '${model}' has no run ${run}`, { model, run })
}
