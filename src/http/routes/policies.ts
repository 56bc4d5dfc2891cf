import { Fault } from '../../base/fault.ts'
import { actorText } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { ModelPath, Page } from '../shapes/names.ts'
import { ApplyAnswer, ApplyQuery, PolicyInfo, PolicyList } from '../shapes/policies.ts'

export interface PoliciesPorts {
  /** Undefined where there is no such model, null where it was never configured. */
  current(model: string): Promise<PolicyInfo | null | undefined>
  /** Oldest first, after the one numbered `after`; undefined where there is no such model. */
  list(
    model: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly PolicyInfo[] | undefined>
  /** Reads the server's own file anew. Nothing that a client sends becomes configuration. */
  apply(asked: { readonly isDryRun: boolean; readonly actor: string }): Promise<ApplyAnswer>
}

/** By which rules each model is kept. */
export function policiesRoutes(ports: PoliciesPorts): ApiRoutes {
  return apiRoutes()
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/policy',
        scope: 'read',
        summary: 'The configuration that rules a model',
        tags: ['policies'],
        request: { params: ModelPath },
        responses: { 200: answers(PolicyInfo, 'Its number, hash and settings.') },
      }),
      async (c) => {
        const { model } = c.req.valid('param')
        const found = await ports.current(model)
        if (found === undefined) throw noModel(model)
        if (found === null) throw new Fault('NOT_FOUND', `'${model}' was never configured: add it to keepfit.yaml`)
        return c.json(found, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/models/{model}/policies',
        scope: 'read',
        summary: 'Every configuration that ever ruled a model',
        tags: ['policies'],
        request: { params: ModelPath, query: Page },
        responses: { 200: answers(PolicyList, 'Oldest first.') },
      }),
      async (c) => {
        const { model } = c.req.valid('param')
        const { limit, after = 0 } = c.req.valid('query')
        const found = await ports.list(model, { after, limit })
        if (found === undefined) throw noModel(model)
        const next = found.length === limit ? (found.at(-1)?.number ?? null) : null
        return c.json({ policies: [...found], next }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/apply',
        scope: 'admin',
        summary: "Reads the server's keepfit.yaml anew, and makes it rule",
        tags: ['policies'],
        request: { query: ApplyQuery },
        responses: { 200: answers(ApplyAnswer, 'What changed, or would.') },
      }),
      async (c) => {
        const isDryRun = c.req.valid('query').dryRun === 'true'
        return c.json(await ports.apply({ isDryRun, actor: actorText(c.get('actor')) }), 200)
      },
    )
}

function noModel(model: string): Fault {
  return new Fault('NOT_FOUND', `there is no model '${model}'`)
}
