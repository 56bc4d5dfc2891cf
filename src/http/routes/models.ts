import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { Alias, ServedAt, Serving } from '../../models/version.ts'
import { actorText } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import {
  AliasBody,
  AliasInfo,
  AliasList,
  AliasPath,
  History,
  HistoryQuery,
  ModelInfo,
  ModelList,
  Ordered,
  PromoteBody,
  RollbackBody,
} from '../shapes/models.ts'
import { ModelPath } from '../shapes/names.ts'
import { historySentence, instantIn } from './history-answer.ts'

/** A person's order that a version shall answer. */
export interface ServeRequest {
  readonly command: 'promote' | 'roll-back'
  readonly version: number
  readonly because: string
  readonly actor: string
}

export interface ModelsPorts {
  models(): Promise<readonly ModelInfo[]>
  /** @throws Fault NOT_FOUND, as all that name a model or a version */
  model(name: string): Promise<ModelInfo>
  history(model: string): Promise<readonly Serving[]>
  servedAt(model: string, at: Instant): Promise<ServedAt>
  /** The version that a rollback goes back to; undefined: there is none. */
  previousChampion(model: string): Promise<number | undefined>
  /** Leaves the order for the loop, which alone decides; waits a little for its answer. */
  requestServe(
    model: string,
    order: ServeRequest,
  ): Promise<{ readonly command: number; readonly answer: string | null }>
  aliases(model: string): Promise<readonly Alias[]>
  setAlias(
    model: string,
    alias: { readonly name: string; readonly version: number; readonly actor: string },
  ): Promise<Alias>
  deleteAlias(model: string, name: string, actor: string): Promise<boolean>
  now(): Instant
}

const tags = ['models']

/** Models, what answers and what did, and a person's word about it. */
export function modelRoutes(ports: ModelsPorts): ApiRoutes {
  const routes = apiRoutes()
  addReading(routes, ports)
  addOrders(routes, ports)
  addAliases(routes, ports)
  return routes
}

function addReading(routes: ApiRoutes, ports: ModelsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/models',
      scope: 'read',
      summary: 'Every model that is known',
      tags,
      responses: { 200: answers(ModelList, 'By name.') },
    }),
    async (c) => c.json({ models: await ports.models() }, 200),
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}',
      scope: 'read',
      summary: 'What is known of a model',
      tags,
      request: { params: ModelPath },
      responses: { 200: answers(ModelInfo, 'Its champion, phase and schema.') },
    }),
    async (c) => c.json(await ports.model(c.req.valid('param').model), 200),
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/history',
      scope: 'read',
      summary: 'What was live when, and why',
      tags,
      request: { params: ModelPath, query: HistoryQuery },
      responses: { 200: answers(History, 'All of it, and what answered at an instant.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { at: text } = c.req.valid('query')
      await ports.model(model)
      const at = text === undefined ? null : instantIn(text, ports.now())
      const found = at === null ? null : await ports.servedAt(model, at)
      const all = await ports.history(model)
      const served = found?.kind === 'served' ? servingInfo(found.serving) : null
      const sentence = historySentence(model, { at, found, all })
      return c.json({ model, history: all.map(servingInfo), at, served, sentence } satisfies History, 200)
    },
  )
}

function addOrders(routes: ApiRoutes, ports: ModelsPorts): void {
  routes.openapi(
    route({
      method: 'post',
      path: '/models/{model}/promote',
      scope: 'operate',
      summary: 'Lets a version answer, by the word of a person',
      tags,
      also: ['CONFLICT'],
      request: {
        params: ModelPath,
        body: { required: true, content: { 'application/json': { schema: PromoteBody } } },
      },
      responses: { 202: answers(Ordered, 'The loop has heard it, or will.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { version, because } = c.req.valid('json')
      const order = { command: 'promote', version, because, actor: actorText(c.get('actor')) } as const
      return c.json({ model, version, ...(await ports.requestServe(model, order)) }, 202)
    },
  )
  routes.openapi(
    route({
      method: 'post',
      path: '/models/{model}/rollback',
      scope: 'operate',
      summary: 'Lets the version answer again that answered before, or another one',
      tags,
      also: ['CONFLICT'],
      request: {
        params: ModelPath,
        body: { required: true, content: { 'application/json': { schema: RollbackBody } } },
      },
      responses: { 202: answers(Ordered, 'The loop has heard it, or will.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { because, to } = c.req.valid('json')
      await ports.model(model)
      const version = to ?? (await ports.previousChampion(model))
      if (version === undefined) {
        throw new Fault('CONFLICT', `'${model}' has no version to go back to: none answered before`)
      }
      const order = { command: 'roll-back', version, because, actor: actorText(c.get('actor')) } as const
      return c.json({ model, version, ...(await ports.requestServe(model, order)) }, 202)
    },
  )
}

function addAliases(routes: ApiRoutes, ports: ModelsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/aliases',
      scope: 'read',
      summary: 'Names of versions',
      tags,
      request: { params: ModelPath },
      responses: { 200: answers(AliasList, 'By name.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      await ports.model(model)
      return c.json({ aliases: await ports.aliases(model) }, 200)
    },
  )
  routes.openapi(
    route({
      method: 'put',
      path: '/models/{model}/aliases/{alias}',
      scope: 'operate',
      summary: 'Lets a name point to a version. It keeps the version from being collected, and changes no traffic',
      tags,
      request: { params: AliasPath, body: { required: true, content: { 'application/json': { schema: AliasBody } } } },
      responses: { 200: answers(AliasInfo, 'As it is now.') },
    }),
    async (c) => {
      const { model, alias } = c.req.valid('param')
      const { version } = c.req.valid('json')
      const actor = actorText(c.get('actor'))
      return c.json(await ports.setAlias(model, { name: alias, version, actor }), 200)
    },
  )
  routes.openapi(
    route({
      method: 'delete',
      path: '/models/{model}/aliases/{alias}',
      scope: 'operate',
      summary: 'Takes a name away',
      tags,
      request: { params: AliasPath },
      responses: { 204: { description: 'It is gone.' } },
    }),
    async (c) => {
      const { model, alias } = c.req.valid('param')
      const wasThere = await ports.deleteAlias(model, alias, actorText(c.get('actor')))
      if (!wasThere) throw new Fault('NOT_FOUND', `no version of '${model}' is called '${alias}'`)
      return c.body(null, 204)
    },
  )
}

function servingInfo({ model: _model, ...stretch }: Serving) {
  return stretch
}
