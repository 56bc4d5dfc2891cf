import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { ModelPath } from '../shapes/names.ts'
import { WindowEvidence, type WindowInfo, WindowList, WindowPage, WindowPath } from '../shapes/windows.ts'

export interface WindowsPorts {
  /** Newest first. @throws Fault NOT_FOUND where there is no such model, as all of these */
  list(model: string, page: { readonly before: number | null; readonly limit: number }): Promise<readonly WindowInfo[]>
  /** @throws Fault NOT_FOUND also where there is no such window */
  evidence(model: string, window: number): Promise<WindowEvidence>
}

const tags = ['windows']

/** The stretches that a model's stream is cut into, and what was seen in them. */
export function windowsRoutes(ports: WindowsPorts): ApiRoutes {
  return apiRoutes()
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/windows',
        scope: 'read',
        summary: "The windows of a model's stream, and how well was answered in them",
        tags,
        request: { params: ModelPath, query: WindowPage },
        responses: { 200: answers(WindowList, 'Newest first.') },
      }),
      async (c) => {
        const { limit, before = null } = c.req.valid('query')
        const windows = [...(await ports.list(c.req.valid('param').model, { limit, before }))]
        const next = windows.length === limit ? (windows.at(-1)?.number ?? null) : null
        return c.json({ windows, next }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/windows/{window}/evidence',
        scope: 'read',
        summary: 'All that the loop heard about one window',
        tags,
        request: { params: WindowPath },
        responses: { 200: answers(WindowEvidence, 'In the order in which it was heard.') },
      }),
      async (c) => {
        const { model, window } = c.req.valid('param')
        return c.json(await ports.evidence(model, window), 200)
      },
    )
}
