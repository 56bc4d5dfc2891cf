import { Fault } from '../../base/fault.ts'
import type { CardFacts } from '../../models/card.ts'
import { modelCard } from '../../models/card.ts'
import { cardText } from '../../models/card-text.ts'
import { type RowComparison, versionDiff } from '../../models/diff.ts'
import type { Alias, Serving, Version } from '../../models/version.ts'
import { actorText, holdsScope } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { UPLOAD_BODY_BYTES } from '../limits.ts'
import { answers, route } from '../route.ts'
import { ModelPath } from '../shapes/names.ts'
import {
  Adopted,
  AdoptQuery,
  Card,
  CardQuery,
  Diff,
  DiffQuery,
  VersionInfo,
  VersionList,
  VersionPath,
} from '../shapes/versions.ts'

export interface AdoptionAsked {
  /** An artifact as Keepfit writes it. */
  readonly bytes: Uint8Array
  readonly cutOffAt: number | null
  readonly note: string | null
  readonly actor: string
  /** Whether the caller may name a service that scores. */
  readonly isAdmin: boolean
}

export interface VersionsPorts {
  /** The newest first. @throws Fault NOT_FOUND when there is no such model */
  versions(model: string): Promise<readonly Version[]>
  /** @throws Fault NOT_FOUND */
  version(model: string, number: number): Promise<Version>
  champion(model: string): Promise<Serving | undefined>
  aliases(model: string): Promise<readonly Alias[]>
  cardFacts(model: string, number: number): Promise<CardFacts>
  /** @throws Fault NOT_FOUND where it was collected, ARTIFACT_CORRUPT where it was damaged */
  artifact(model: string, number: number): Promise<Uint8Array>
  /** Scores both on rows that neither has learned from; null: there are none. */
  compareOnRows(model: string, a: number, b: number): Promise<RowComparison | null>
  adopt(model: string, asked: AdoptionAsked): Promise<Adopted>
}

const tags = ['versions']

/** The versions of a model. */
export function versionRoutes(ports: VersionsPorts): ApiRoutes {
  const routes = apiRoutes()
  addReading(routes, ports)
  addCards(routes, ports)
  addAdoption(routes, ports)
  return routes
}

function addReading(routes: ApiRoutes, ports: VersionsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/versions',
      scope: 'read',
      summary: 'Every version of a model',
      tags,
      request: { params: ModelPath },
      responses: { 200: answers(VersionList, 'The newest first.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const [all, live, aliases] = await Promise.all([
        ports.versions(model),
        ports.champion(model),
        ports.aliases(model),
      ])
      return c.json({ versions: all.map((one) => versionInfo(one, live, aliases)) }, 200)
    },
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/versions/{version}',
      scope: 'read',
      summary: 'One version',
      tags,
      request: { params: VersionPath },
      responses: { 200: answers(VersionInfo, 'Everything that is recorded of it.') },
    }),
    async (c) => {
      const { model, version } = c.req.valid('param')
      const found = await ports.version(model, version)
      return c.json(versionInfo(found, await ports.champion(model), await ports.aliases(model)), 200)
    },
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/diff',
      scope: 'read',
      summary: 'In what two versions differ',
      tags,
      request: { params: ModelPath, query: DiffQuery },
      responses: { 200: answers(Diff, 'What is recorded of both, and what both say about the same rows.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { a, b } = c.req.valid('query')
      const differences = versionDiff(await ports.version(model, a), await ports.version(model, b))
      const behaviour = a === b ? null : await ports.compareOnRows(model, a, b)
      return c.json({ model, a, b, differences, behaviour } satisfies Diff, 200)
    },
  )
}

function addCards(routes: ApiRoutes, ports: VersionsPorts): void {
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/versions/{version}/card',
      scope: 'read',
      summary: 'The model card of a version',
      tags,
      request: { params: VersionPath, query: CardQuery },
      responses: {
        200: {
          description: 'As JSON or Markdown.',
          content: { 'application/json': { schema: Card }, 'text/markdown': { schema: { type: 'string' } } },
        },
      },
    }),
    async (c) => {
      const { model, version } = c.req.valid('param')
      const card = modelCard(await ports.cardFacts(model, version))
      if (c.req.valid('query').format === 'md') {
        return c.body(cardText(card), 200, { 'content-type': 'text/markdown; charset=utf-8' })
      }
      const live = card.live.map(({ model: _model, ...stretch }) => stretch)
      return c.json({ ...card, features: card.features as Card['features'], live } satisfies Card, 200)
    },
  )
  routes.openapi(
    route({
      method: 'get',
      path: '/models/{model}/versions/{version}/artifact',
      scope: 'operate',
      summary: 'The bytes of a version, as they were registered',
      tags,
      request: { params: VersionPath },
      responses: {
        200: {
          description: 'The artifact; its SHA-256 is that of the version.',
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
      },
    }),
    async (c) => {
      const { model, version } = c.req.valid('param')
      const bytes = await ports.artifact(model, version)
      return c.body(new Uint8Array(bytes), 200, {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${model}-${version}.keepfit"`,
      })
    },
  )
}

function addAdoption(routes: ApiRoutes, ports: VersionsPorts): void {
  routes.openapi(
    route({
      method: 'post',
      path: '/models/{model}/versions',
      scope: 'operate',
      summary: 'Adopts a model that was trained elsewhere',
      description:
        'The body is an artifact as `keepfit adopt` makes it. A model without a champion lets it answer at once.',
      tags,
      maxBytes: UPLOAD_BODY_BYTES,
      also: ['DISK_FULL', 'DATA_INVALID'],
      request: {
        params: ModelPath,
        query: AdoptQuery,
        body: {
          required: true,
          content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        },
      },
      responses: { 201: answers(Adopted, 'It is a version now.') },
    }),
    async (c) => {
      const { model } = c.req.valid('param')
      const { cutOffAt = null, note = null } = c.req.valid('query')
      const actor = c.get('actor')
      const bytes = new Uint8Array(await c.req.arrayBuffer())
      if (bytes.length === 0) throw new Fault('USAGE', 'a body is needed: an artifact')
      const isAdmin = holdsScope(actor.scopes, 'admin')
      return c.json(await ports.adopt(model, { bytes, cutOffAt, note, actor: actorText(actor), isAdmin }), 201)
    },
  )
}

function versionInfo(version: Version, live: Serving | undefined, aliases: readonly Alias[]): VersionInfo {
  const { snapshot, ...known } = version
  return {
    ...known,
    trainer: { ...known.trainer },
    parameters: { ...known.parameters },
    metrics: { ...known.metrics },
    isLive: live?.version === version.number,
    aliases: aliases.filter((alias) => alias.version === version.number).map(({ name }) => name),
    // Where it lies on the server's disk is nobody's business.
    snapshotMd5: snapshot?.md5 ?? null,
  }
}
