import { Fault } from '../../base/fault.ts'
import { actorText } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
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
import { eventStream, type StreamEvent } from '../sse.ts'

export interface RunsPorts {
  /**
   * Of all models, newest first.
   * @throws Fault NOT_FOUND where there is no run `before`
   */
  newest(page: {
    readonly limit: number
    readonly before?: { readonly model: string; readonly number: number } | undefined
  }): Promise<readonly Run[]>
  /** Newest first. */
  list(model: string, page: { readonly limit: number; readonly before?: number | undefined }): Promise<readonly Run[]>
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
  /** Ends after about so long, sooner when there is news of runs. */
  wait(ms: number): Promise<void>
}

export interface RunWish {
  readonly actor: string
  readonly because: string
  readonly despite: readonly ('budget' | 'breaker')[]
}

/** Lines that are sent at a time. Count. */
const BATCH = 500
const POLL_MS = 1000

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
      also: ['NOT_FOUND'],
      request: { query: NewestRuns },
      responses: { 200: answers(RunList, 'Newest first.') },
    }),
    async (c) => c.json({ runs: [...(await ports.newest(c.req.valid('query')))] }, 200),
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
            'text/event-stream': { schema: { description: 'Events; `data` is a line as JSON.' } },
            'application/json': { schema: RunLog },
          },
        },
      },
    }),
    async (c) => {
      const { model, run } = c.req.valid('param')
      const { follow, after, limit } = c.req.valid('query')
      await existing(ports, model, run)
      if (follow === 'true')
        return eventStream(c, {
          events: (seen, signal) => linesOf(ports, { model, run, after: seen ?? after }, signal),
        })
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

/** Lines as they come, until the run has ended and all of them are told; then the state that it ended in. */
async function* linesOf(
  ports: RunsPorts,
  { model, run, after: from }: { readonly model: string; readonly run: number; readonly after: number },
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, { readonly state: string | null }> {
  for (let after = from; ; ) {
    // Asked for before the lines: what is written before a run ends is then seen.
    const state = (await ports.find(model, run))?.run.state
    const lines = await ports.log(model, run, { after, limit: BATCH })
    for (const line of lines) {
      yield { id: line.id, data: line }
      after = line.id
    }
    const hasEnded = state !== 'queued' && state !== 'running'
    if (signal.aborted || (lines.length === 0 && hasEnded)) return { state: state ?? null }
    if (lines.length < BATCH) await ports.wait(POLL_MS)
  }
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
